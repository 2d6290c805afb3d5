using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace OutputGrad.Mpi.Tests;

/// <summary>An MPI of this machine, and how it starts ranks.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Launchers">The names of its launcher, the one that Debian gives it first.</param>
/// <param name="Arguments">What lets it start more ranks than there are processors.</param>
/// <param name="Says">What the launcher's version says.</param>
public sealed record MpiInstallation(string Name, string[] Launchers, string[] Arguments, string Says)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Dictionary<(int Ranks, string Part), RanksOutcome> _known = [];

    public static MpiInstallation OpenMpi { get; } = new("Open MPI", ["mpirun.openmpi", "mpirun"], ["--oversubscribe"], "Open MPI");

    public static MpiInstallation Mpich { get; } = new("MPICH", ["mpiexec.mpich", "mpiexec"], [], "HYDRA");

    /// <summary>The path of the launcher; null where this MPI is not installed.</summary>
    public string? Launcher => field ??= Launchers.Select(Find).FirstOrDefault(path => path is not null && IsOurs(path));

    /// <summary>Runs a part of OutputGrad.Mpi.Ranks on so many ranks; skips the test where this MPI is not installed.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="part">The part's name.</param>
    /// <param name="environment">What differs from this process's environment.</param>
    public async Task<RanksOutcome> RunAsync(int ranks, string part, params (string Name, string Value)[] environment)
    {
        Assert.SkipWhen(Launcher is null, $"{Name} is not installed.");
        return await RunAsync(Launcher!, [.. Arguments, "-n", $"{ranks}", RanksProgram, part], environment);
    }

    /// <summary>The same, run once for all tests that look at it.</summary>
    public async Task<RanksOutcome> OutcomeAsync(int ranks, string part)
    {
        if (!_known.TryGetValue((ranks, part), out RanksOutcome? outcome))
        {
            _known[(ranks, part)] = outcome = await RunAsync(ranks, part);
        }

        return outcome;
    }

    /// <summary>Runs a part without a launcher.</summary>
    public static Task<RanksOutcome> RunAloneAsync(string part, params (string Name, string Value)[] environment) =>
        RunAsync(RanksProgram, [part], environment);

    private static string RanksProgram =>
        Path.Combine(AppContext.BaseDirectory, "OutputGrad.Mpi.Ranks" + (OperatingSystem.IsWindows() ? ".exe" : ""));

    private static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    private static async Task<RanksOutcome> RunAsync(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            DateTimeOffset end = DateTimeOffset.UtcNow;
            return new(process.ExitCode, await output, await error, end);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private bool IsOurs(string launcher)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(launcher, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string version = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return version.Contains(Says, StringComparison.Ordinal);
    }
}

/// <summary>How a run of ranks ended and what they said.</summary>
public sealed record RanksOutcome(int ExitCode, string Output, string Error, DateTimeOffset End)
{
    public string All => $"{Output}\n{Error}";

    /// <summary>Between what the rank that fails says before it does, and the end of all.</summary>
    public TimeSpan TimeSinceFailure =>
        End - DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(After("fails at "), CultureInfo.InvariantCulture));

    /// <summary>Fails unless every rank came to its end, under this MPI.</summary>
    public void AllAreDone(int ranks, string mpi)
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}: {All}");
        for (int rank = 0; rank < ranks; rank++)
        {
            Assert.Contains($"rank {rank} of {ranks} is done, {mpi}", Output, StringComparison.Ordinal);
        }
    }

    /// <summary>What follows a prefix, of the first line that has it.</summary>
    public string After(string prefix)
    {
        int start = Output.IndexOf(prefix, StringComparison.Ordinal);
        Assert.True(start >= 0, $"No line with '{prefix}': {All}");
        return Output[(start + prefix.Length)..].Split('\n')[0].Trim();
    }
}
