using OutputGrad.Mpi;
using OutputGrad.Mpi.Ranks;

// What one rank of a test does: OutputGrad.Mpi.Tests starts some of them by mpirun, with the name of a part.
// A part that finds something wrong throws, which ends all ranks with an exit code.
Dictionary<string, Action<MpiCommunicator>> parts = new()
{
    ["blocks"] = UndividedLayer.AtBlocks,
    ["anywhere"] = UndividedLayer.Anywhere,
    ["grids"] = Grids.AllShapes,
    ["collectives"] = Collectives.All,
    ["measure"] = Measurement.LargeVocabulary,
    ["disagree"] = Disagreements.All,
    ["throw"] = Failures.Throw,
    ["exit"] = Failures.Exit,
    ["die"] = Failures.Die,
    ["error"] = Failures.MpiError,
    ["null"] = Failures.NullReferences,
    ["threads"] = Failures.Threads,
};
if (args is not [string name] || !parts.TryGetValue(name, out Action<MpiCommunicator>? part))
{
    Console.Error.WriteLine($"Name one part: {string.Join(", ", parts.Keys)}.");
    return 2;
}

MpiCommunicator? last = null;
int code = MpiProgram.Run(world =>
{
    last = world;
    part(world);
    world.Barrier();
    Console.WriteLine($"rank {world.Rank} of {world.Size} is done, {MpiProgram.MpiVersion}");
});
Failures.AfterTheEnd(last!);
return code;
