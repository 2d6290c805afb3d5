using System.Diagnostics;
using System.Globalization;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>
/// Another thread of the caller's writes wild targets and row indices into a call's while it runs. The call ends with a value or with an
/// exception that says what was wrong, and it reads and writes nothing outside its spans, which would end the process; so the calls are
/// made in a process of their own.
/// </summary>
/// <remarks>
/// OUTPUTGRAD_HOSTILE_SECONDS is the time for each entry point, 10 when it is not set; less still makes calls of every shape.
/// </remarks>
public sealed class HostileThreads
{
    /// <summary>Calls of one shape before the next one's turn, and more of them in what is left of its time.</summary>
    private const int CallsPerTurn = 8;

    /// <summary>What a child process puts before the shape that comes next.</summary>
    private const string Next = "next: ";

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(5);

    /// <summary>Few rows in one block and in several, tiles of rows, several chunks of them, and work for more than one thread.</summary>
    private static readonly HostileShape[] Shapes =
    [
        new(1, 5, 9), new(2, 33, 17), new(3, 7, 1_030), new(4, 64, 520), new(4, 640, 1_100),
        new(65, 8, 13), new(65, 33, 600), new(66, 10, 4_100),
        new(65, 8, 600, IsTight: true), new(200, 9, 1_100, IsTight: true),
    ];

    private static readonly StoredFormat[] Formats = Enum.GetValues<StoredFormat>();

    private static readonly CrossEntropyOptions[] Losses =
    [
        new(),
        new() { ZLoss = 1e-3, MaxRowGradientNorm = .5 },
        new() { LabelSmoothing = .1, LogitSoftcap = 4 },
        new() { HiddenFilterThreshold = 1 / 64.0, WeightFilterThreshold = 1 / 64.0 },
        new() { LabelSmoothing = .1, MaxRowGradientNorm = .5, Reduction = Reduction.Sum },
    ];

    [Theory]
    [InlineData(nameof(SoftmaxLoss))]
    [InlineData(nameof(SoftmaxLossAndGradient))]
    [InlineData(nameof(Loss))]
    [InlineData(nameof(LossAndGradient))]
    [InlineData(nameof(Step))]
    [InlineData(nameof(ShardForward))]
    [InlineData(nameof(ShardBackward))]
    public async Task TheyCauseNoStrayAccess(string entryPoint)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), GuardedPages.LinuxOnly);
        ChildOutcome child = await ChildProcess.RunAsync(typeof(HostileThreads), entryPoint);

        string last = child.After(Next).LastOrDefault("the start");
        Assert.True(child.ExitCode == 0, $"Exit code {child.ExitCode} at {last}.{Environment.NewLine}{child.Cause(Next)}");
        HostileTally tally = HostileTally.Parse(Assert.Single(child.After(HostileTally.Announcement)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{tally}");
        Assert.True(tally.Rounds >= 1 && tally.Values > 0 && tally.Refusals > 0, $"{tally}");
        Assert.True(tally.Values + tally.Refusals + tally.Changes >= tally.Rounds * Shapes.Length * 2 * CallsPerTurn, $"{tally}");
    }

    [Fact(Explicit = true)]
    public void SoftmaxLoss() => Run(HostileEntryPoint.SoftmaxLoss);

    [Fact(Explicit = true)]
    public void SoftmaxLossAndGradient() => Run(HostileEntryPoint.SoftmaxLossAndGradient);

    [Fact(Explicit = true)]
    public void Loss() => Run(HostileEntryPoint.Loss);

    [Fact(Explicit = true)]
    public void LossAndGradient() => Run(HostileEntryPoint.LossAndGradient);

    [Fact(Explicit = true)]
    public void Step() => Run(HostileEntryPoint.Step);

    [Fact(Explicit = true)]
    public void ShardForward() => Run(HostileEntryPoint.ShardForward);

    [Fact(Explicit = true)]
    public void ShardBackward() => Run(HostileEntryPoint.ShardBackward);

    /// <summary>Round after round of all shapes, for as long as it is said, and until both kinds of end have been seen.</summary>
    private static void Run(HostileEntryPoint entryPoint)
    {
        string seconds = Environment.GetEnvironmentVariable("OUTPUTGRAD_HOSTILE_SECONDS") is { Length: > 0 } set ? set : "10";
        TimeSpan time = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)), most = time + TimeSpan.FromSeconds(60);
        IHostileCall[] calls = [.. Shapes.SelectMany((shape, i) => shape.Calls(i % 2 == 0 ? Edge.Back : Edge.Front))];
        HostileTally tally = new();
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < time || ((tally.Values == 0 || tally.Refusals == 0) && watch.Elapsed < most))
        {
            for (int i = 0; i < calls.Length; i++)
            {
                IHostileCall call = calls[i];
                call.HasRowIndices = (tally.Rounds + (i / 2)) % 2 == 1;
                call.Format = Formats[(tally.Rounds + (i / 4)) % Formats.Length];
                call.Options = OptionsOf(call, tally.Rounds + i, Shapes[i / 2].IsTight ? entryPoint : null);
                Console.Error.WriteLine($"{Next}{call.Shape}, {call.Options}");
                call.Restore();
                using IDisposable thread = call.Harass();
                Stopwatch turn = Stopwatch.StartNew();
                for (int j = 0; j < CallsPerTurn || turn.Elapsed < Turn; j++)
                {
                    tally.Add(() => call.Run(entryPoint));
                }
            }

            tally.Rounds++;
        }

        Array.ForEach(calls, call => call.Dispose());
        Console.Out.WriteLine($"{HostileTally.Announcement}{tally}");
    }

    private static CrossEntropyOptions OptionsOf(IHostileCall call, int turn, HostileEntryPoint? tightFor)
    {
        call.Options = Losses[turn % Losses.Length] with
        {
            ClassWeights = turn % 3 == 0 ? default : call.ClassWeights,
            MaxDegreeOfParallelism = 1 + (turn / 2 % 2),
        };
        return tightFor is { } entryPoint ? call.Options with { MaxWorkspaceBytes = call.LeastWorkspace(entryPoint) } : call.Options;
    }

    private sealed record HostileShape(int Rows, int Features, int Classes, bool IsTight = false)
    {
        public IHostileCall[] Calls(Edge edge) =>
            [new HostileCall<float>(Rows, Features, Classes, edge), new HostileCall<double>(Rows, Features, Classes, edge)];
    }
}
