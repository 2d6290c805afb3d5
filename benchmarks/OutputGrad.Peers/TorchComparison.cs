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
        Case(new(256, 1024, 32768), 24, AtLeast(1.65, 1.5)),
        Case(new(512, 768, 50257), 36, AtLeast(1.65, 1.5)),
        Case(new(1024, 1024, 8192), 24, AtLeast(1.4, 1.3)),
        Case(new(2048, 256, 1000), 6, OneThreadAtLeast(1.2)),
        Case(new(4096, 384, 5000), 12, OneThreadAtLeast(1.2)),
        Case(new(128, 64, 10), 3, OneThreadAtLeast(6)),
        Case(new(32, 128, 100), 3, OneThreadAtLeast(6)),
    ];

    public ComparisonCase? Custom(LayerShape shape, string type) =>
        type == "float" ? Case(shape, 15, new PeerTargets(null, null)) : null;

    private static PeerTargets AtLeast(double oneThread, double twoThreads) => new(Target.AtLeast(oneThread), Target.AtLeast(twoThreads));

    private static PeerTargets OneThreadAtLeast(double floor) => new(Target.AtLeast(floor), null);

    private static ComparisonCase Case(LayerShape shape, double seconds, PeerTargets targets) =>
        new(shape.ToString(), "float", seconds, budget => Measure(shape, targets, budget));

    private static List<Finding> Measure(LayerShape shape, PeerTargets targets, TimeSpan budget)
    {
        LayerProblem<float> problem = new(shape);
        using TorchLayer peer = new(problem);
        peer.RequireAgreement(problem, problem.LossAndGradient(new() { MaxDegreeOfParallelism = 1 }).Loss);
        Finding oneThread = Line(1, targets.OneThread, budget * 0.6);
        return shape.Flops < LeastFlopsForTwoThreads ? [oneThread] : [oneThread, Line(2, targets.TwoThreads, budget * 0.4)];

        Finding Line(int threads, Target? target, TimeSpan time)
        {
            Contestant ours = problem.Ours(threads);
            Contestant theirs = peer.Contestant(threads);
            Timings timings = Alternation.Measure(time, ours, theirs);
            return new Finding(threads, "time of libtorch / ours", timings.TimeRatio(theirs, ours))
            {
                Ours = $"{Figures.Gigaflops(timings.GigaflopsPerSecond(ours))}, {Figures.Time(timings.Seconds(ours))}",
                Other = $"{Figures.Gigaflops(timings.GigaflopsPerSecond(theirs))}, {Figures.Time(timings.Seconds(theirs))}",
                Rounds = timings.Rounds,
                Target = target,
            };
        }
    }
}
