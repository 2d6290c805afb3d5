using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>Which share of the peak is left where one of the sizes, or the number of threads, is another: points of curves.</summary>
internal sealed class ShapesComparison : IComparison
{
    public const string Share = "share of the FMA peak";

    /// <summary>What every curve passes through.</summary>
    public static readonly LayerShape Base = new(512, 768, 50257);

    public string Name => "shapes";

    public string Title => "Shapes: LossAndGradient where rows, features, classes or threads grow";

    public bool OnlyByName => true;

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(Base, [.. Enumerable.Range(1, Environment.ProcessorCount)]),
        .. PowersOfTwo(1, 1024).Where(rows => rows != Base.Rows).Select(rows => Case(Base with { Rows = rows }, OneAndAll)),
        .. PowersOfTwo(16, 1024).Select(features => Case(Base with { Features = features }, OneAndAll)),
        .. PowersOfTwo(16, 131_072).Select(classes => Case(Base with { Classes = classes }, OneAndAll)),
    ];

    private static int[] OneAndAll => Environment.ProcessorCount == 1 ? [1] : [1, Environment.ProcessorCount];

    private static IEnumerable<int> PowersOfTwo(int first, int last)
    {
        for (int power = first; power <= last; power *= 2)
        {
            yield return power;
        }
    }

    private static ComparisonCase Case(LayerShape shape, int[] threadCounts) =>
        ComparisonCase.Of<float>(shape, 1, budget => Measure(shape, threadCounts, budget));

    private static List<Finding> Measure(LayerShape shape, int[] threadCounts, TimeSpan budget)
    {
        LayerProblem<float> problem = new(shape);
        Contestant[] peaks = [.. threadCounts.Select(threads => FmaPeak.Contestant<float>(threads))];
        Contestant[] ours = [.. threadCounts.Select(threads => problem.Ours(threads))];
        Timings timings = Alternation.Measure(budget, [.. peaks, .. ours]);
        return
        [
            .. threadCounts.Select((threads, i) => new Finding(threads, Share, timings.SpeedShare(ours[i], peaks[i]))
            {
                Ours = Figures.Time(timings.Seconds(ours[i])),
                Other = Figures.Gigaflops(timings.GigaflopsPerSecond(peaks[i])),
                Rounds = timings.Rounds,
                IsPoint = true,
            }),
        ];
    }
}
