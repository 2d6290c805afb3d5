using System.Globalization;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>What the first calls of a process cost, which are those that are compiled.</summary>
internal sealed class StartupComparison : IComparison
{
    private const int Processes = 7;

    public string Name => "startup";

    public string Title => $"The first calls of a process, LossAndGradient, one thread: the fastest of {Processes} processes";

    public bool OnlyByName => true;

    public IEnumerable<ComparisonCase> Cases => [Case(new(32, 128, 100)), Case(new(128, 64, 10)), Case(new(4, 64, 1000))];

    public ComparisonCase? Custom(LayerShape shape, string type) => type == "float" ? Case(shape) : null;

    private static ComparisonCase Case(LayerShape shape) => ComparisonCase.Of<float>(shape, 20, _ => Measure(shape));

    private static List<Finding> Measure(LayerShape shape)
    {
        FirstCalls[] all = [.. Enumerable.Range(0, Processes).Select(_ => FirstCalls.InNewProcess(shape))];
        FirstCalls least = all.MinBy(calls => calls.Seconds)!, soonest = all.MinBy(calls => calls.SecondsUntilFast)!;
        return
        [
            new(1, "the first call", least.Seconds)
            {
                Text = Figures.Time(least.Seconds),
                Ours = string.Create(CultureInfo.InvariantCulture, $"{least.Methods} methods compiled"),
                Other = $"compiler {Figures.Time(least.CompilerSeconds)}",
            },
            new(1, "until calls are within a tenth of their fastest", soonest.SecondsUntilFast)
            {
                Text = Figures.Time(soonest.SecondsUntilFast),
                Ours = string.Create(CultureInfo.InvariantCulture, $"{soonest.CallsUntilFast} calls"),
            },
        ];
    }
}
