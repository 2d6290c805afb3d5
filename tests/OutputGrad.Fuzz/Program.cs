using System.CommandLine;
using OutputGrad.Fuzz;
using OutputGrad.Fuzz.Targets;
using SharpFuzz;

Option<long> executions = new("--executions") { Description = "how many inputs are run", DefaultValueFactory = _ => 100_000 };
Option<int> seed = new("--seed") { Description = "what the inputs are made from; another one every time unless it is given" };
Option<long> first = new("--first") { Description = "the number of the first input" };
Option<int> threads = new("--threads")
{
    Description = "how many threads run them",
    DefaultValueFactory = _ => Environment.ProcessorCount,
};
Option<DirectoryInfo> corpus = new("--corpus")
{
    Description = "a folder of inputs that are run first, and that others are changes of",
    DefaultValueFactory = _ => new(Path.Combine(AppContext.BaseDirectory, "corpus")),
};
Option<DirectoryInfo> output = new("--output") { Description = "where faults go", DefaultValueFactory = _ => new("artifacts/fuzz") };
Option<FileInfo[]> replay = new("--replay") { Description = "runs these inputs alone", AllowMultipleArgumentsPerToken = true };
Option<double?> soak = new("--soak")
{
    Description = "makes calls of every kind for so many minutes instead, and fails where the working set grows",
};
Option<bool> afl = new("--afl") { Description = "runs what AFL++ hands over; see eng/fuzz.sh" };

RootCommand command = new("Turns bytes into problems and compares what the library makes of them with what is right.")
{
    executions, seed, first, threads, corpus, output, replay, soak, afl,
};
command.SetAction(values =>
{
    if (values.GetValue(afl))
    {
        using FuzzMemory memory = new();
        Fuzzer.OutOfProcess.Run(stream => FuzzTarget.Run(BytesOf(stream), memory));
        return 0;
    }

    if (values.GetValue(replay) is { Length: > 0 } files)
    {
        using FuzzMemory memory = new();
        Array.ForEach(files, file => Console.WriteLine($"{file}: {FuzzTarget.Run(File.ReadAllBytes(file.FullName), memory).Name}"));
        return 0;
    }

    int chosen = values.GetResult(seed) is null ? Random.Shared.Next() : values.GetValue(seed);
    Console.WriteLine($"seed {chosen}");
    byte[][] good = [.. values.GetRequiredValue(corpus).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(Bytes)];
    InputMaker inputs = new(chosen, good);
    if (values.GetValue(soak) is { } minutes)
    {
        return new Soak(inputs, chosen).Run(TimeSpan.FromMinutes(minutes)) ? 0 : 1;
    }

    FuzzRun run = new(inputs, chosen, values.GetRequiredValue(output));
    return run.Run(values.GetValue(first), values.GetValue(executions), values.GetValue(threads)) == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();

static byte[] Bytes(FileInfo file) => File.ReadAllBytes(file.FullName);

static byte[] BytesOf(Stream stream)
{
    using MemoryStream bytes = new();
    stream.CopyTo(bytes);
    return bytes.ToArray();
}
