using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers.Fit;

/// <summary>Multinomial logistic regression to convergence, by everybody who has L-BFGS for it.</summary>
internal sealed class FitComparison : IComparison
{
    // As many rows as Banking77 has to train and to test on.
    private static readonly LayerShape Small = new(10_003, 384, 77);
    private const int SmallHeldOut = 3_080;

    private static readonly LayerShape Large = new(100_000, 768, 1000);
    private const int LargeHeldOut = 10_000;

    // At C = 10, with all threads.
    private static readonly Dictionary<string, double> LeastTimeRatios = new() { ["scikit-learn"] = 3, ["ML.NET"] = 8 };
    private static readonly Dictionary<string, double> NoTimeRatios = [];

    public string Name => "fit";

    public bool OnlyByName => true;

    public string Title => "LinearProbe.Fit against scikit-learn, libtorch's LBFGS and ML.NET";

    public IEnumerable<ComparisonCase> Cases =>
    [
        ComparisonCase.Of<float>(Small, 60, budget => MeasureSmall(1, NoTimeRatios, budget)),
        ComparisonCase.Of<float>(Small, 120, budget => MeasureSmall(10, LeastTimeRatios, budget)),
        ComparisonCase.Of<float>(Large, 0, _ => MeasureLarge(10)) with { IsLarge = true },
        OneVector.Case,
    ];

    private static List<Finding> MeasureSmall(double c, Dictionary<string, double> leastRatios, TimeSpan budget)
    {
        FitTask task = new(new(Small, SmallHeldOut), c);
        using TemporaryFile data = new();
        ScikitLearnFitter.Write(task.Data, data.Path);
        int threads = Environment.ProcessorCount;
        using Fitters onAll = Start(threads);
        List<Finding> findings = Measure(new(task, threads, onAll), Alternate, leastRatios);
        using Fitters onOne = Start(1);
        return [.. findings, .. new FitFindings(task, 1, onOne).Times(Alternate, NoTimeRatios)];

        Fitters Start(int threads) => [.. Fitters.Start(task, threads, data.Path), new MlNetFitter(task, threads)];

        Timings Alternate(Contestant[] contestants) => Alternation.Measure(budget / 2, contestants);
    }

    /// <summary>One round, and without the slowest.</summary>
    private static List<Finding> MeasureLarge(double c)
    {
        FitTask task = new(new(Large, LargeHeldOut), c);
        using TemporaryFile data = new();
        ScikitLearnFitter.Write(task.Data, data.Path);
        int threads = Environment.ProcessorCount;
        using Fitters fitters = Fitters.Start(task, threads, data.Path);
        return Measure(new(task, threads, fitters), Alternation.Once, NoTimeRatios);
    }

    private static List<Finding> Measure(
        FitFindings findings, Func<Contestant[], Timings> alternate, Dictionary<string, double> leastRatios)
    {
        List<Finding> memory = findings.Memory();
        return [.. findings.Times(alternate, leastRatios), .. findings.Layers(), .. memory];
    }
}
