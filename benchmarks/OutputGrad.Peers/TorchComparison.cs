using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers;

/// <summary>The fused layer against libtorch's linear, cross_entropy and backward on the same data.</summary>
internal sealed class TorchComparison : IComparison
{
    // Below this there is nothing to gain from a second thread on either side.
    private const double LeastFlopsForTwoThreads = 1e9;

    public string Name => "torch";

    public string Title => "LinearCrossEntropy.LossAndGradient against libtorch: linear, cross_entropy and backward";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(256, 1024, 32768), 24, new(1.65, 1.5)),
        Case(new(512, 768, 50257), 36, new(1.65, 1.5)),
        Case(new(1024, 1024, 8192), 24, new(1.4, 1.3)),
        Case(new(2048, 256, 1000), 6, new(1.2)),
        Case(new(4096, 384, 5000), 12, new(1.2)),
        Case(new(128, 64, 10), 3, new(6)),
        Case(new(32, 128, 100), 3, new(6)),
    ];

    public ComparisonCase? Custom(LayerShape shape, string type) =>
        type == "float" ? Case(shape, 15, new PeerFloors()) : null;

    private static ComparisonCase Case(LayerShape shape, double seconds, PeerFloors floors) =>
        ComparisonCase.Of<float>(shape, seconds, budget => Measure(shape, floors, budget));

    private static List<Finding> Measure(LayerShape shape, PeerFloors floors, TimeSpan budget)
    {
        LayerProblem<float> problem = new(shape);
        using TorchLayer peer = new(problem);
        peer.RequireAgreement(problem, problem.LossAndGradient(new() { MaxDegreeOfParallelism = 1 }).Loss);
        Finding oneThread = Line(1, floors.OneThread, budget * 0.6);
        return shape.Flops < LeastFlopsForTwoThreads ? [oneThread] : [oneThread, Line(2, floors.TwoThreads, budget * 0.4)];

        Finding Line(int threads, double? floor, TimeSpan time)
        {
            Contestant ours = problem.Ours(threads);
            Contestant theirs = peer.Contestant(threads);
            Timings timings = Alternation.Measure(time, ours, theirs);
            return Finding.TimeRatio(threads, theirs, ours, timings, Speed).AtLeast(floor);

            string Speed(Contestant side) =>
                $"{Figures.Gigaflops(timings.GigaflopsPerSecond(side))}, {Figures.Time(timings.Seconds(side))}";
        }
    }
}
