using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>The fused layer against the FMA peak, itself on two threads, and what one would write instead.</summary>
internal sealed class LayerComparison : IComparison
{
    // Beyond this the loops that take ten to a hundred times as long would eat the budget of everything else.
    private const double MostFlopsForLoops = 4e9;

    public string Name => "layer";

    public string Title =>
        "LinearCrossEntropy.LossAndGradient: loss, dL/dH and dL/dW of a batch (OpenBLAS: three bare products, no softmax)";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case<float>(new(256, 1024, 16384), 6, new() { PeakShare = Share(0.88) }),
        Case<float>(new(512, 768, 50257), 16, new() { PeakShare = Share(0.88), TwoThreads = 1.8, OpenBlas = 1.1 }),
        Case<float>(new(1024, 1024, 8192), 7, new() { PeakShare = Share(0.85), OpenBlas = 1.1 }),
        Case<float>(new(2048, 256, 1000), 6, new() { PeakShare = Share(0.85) }),
        Case<float>(new(256, 1024, 32768), 7, new() { OpenBlas = 1.1 }),
        Case<double>(new(256, 1024, 8192), 5, new() { PeakShare = Share(0.80) }),
        Case<float>(new(128, 64, 10), 2, new()),
        Case<float>(new(32, 128, 100), 2, new()),
    ];

    public ComparisonCase? Custom(LayerShape shape, string type) =>
        type == "double" ? Case<double>(shape, 10, new()) : Case<float>(shape, 10, new());

    // With 16 registers of 256 bits the tile is smaller and loads more per multiply-add: one floor for all shapes.
    private static double Share(double floor) => Vector512.IsHardwareAccelerated ? floor : 0.75;

    private static ComparisonCase Case<T>(LayerShape shape, double seconds, LayerFloors floors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ComparisonCase.Of<T>(shape, seconds, budget => Measure<T>(shape, floors, budget));

    private static List<Finding> Measure<T>(LayerShape shape, LayerFloors floors, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerProblem<T> problem = new(shape);
        bool loops = shape.Flops <= MostFlopsForLoops;
        List<Finding> findings = OneThread(problem, floors, loops ? budget / 2 : budget * 0.6);
        if (!loops && Environment.ProcessorCount > 1)
        {
            findings.AddRange(TwoThreads(problem, floors, budget * 0.4));
        }

        if (loops)
        {
            findings.AddRange(Loops(problem, budget / 2));
        }

        return findings;
    }

    private static List<Finding> OneThread<T>(LayerProblem<T> problem, LayerFloors floors, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Contestant peak = FmaPeak.Contestant<T>(1);
        Contestant ours = problem.Ours(1);
        Contestant? blas = OpenBlas.IsAvailable ? new OpenBlasLayer<T>(problem).Contestant(1) : null;
        Timings timings = Alternation.Measure(budget, blas is null ? [peak, ours] : [peak, ours, blas]);
        List<Finding> findings = [ShareOfPeak(1, peak, ours, timings).AtLeast(floors.PeakShare)];
        if (blas is not null)
        {
            findings.Add(TimeOver(1, blas, ours, timings).AtLeast(floors.OpenBlas));
        }

        return findings;
    }

    private static IEnumerable<Finding> TwoThreads<T>(LayerProblem<T> problem, LayerFloors floors, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Contestant peak = FmaPeak.Contestant<T>(2);
        Contestant one = problem.Ours(1);
        Contestant two = problem.Ours(2);
        Contestant? blas = OpenBlas.IsAvailable ? new OpenBlasLayer<T>(problem).Contestant(2) : null;
        Timings timings = Alternation.Measure(budget, blas is null ? [peak, one, two] : [peak, one, two, blas]);
        Finding speedup = TimeOver(2, one, two, timings) with { What = "one thread's time / two threads'" };
        yield return speedup.AtLeast(floors.TwoThreads);
        yield return ShareOfPeak(2, peak, two, timings);
        if (blas is not null)
        {
            yield return TimeOver(2, blas, two, timings);
        }
    }

    private static IEnumerable<Finding> Loops<T>(LayerProblem<T> problem, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double flops = problem.Shape.Flops;
        TensorPrimitivesLayer<T> tensors = new(problem);
        ScalarLayer<T> scalar = new(problem);
        Contestant ours = problem.Ours(1);
        Contestant tensorLoops = new("TensorPrimitives loops", () => tensors.LossAndGradient(), flops);
        Contestant scalarLoops = new("scalar loops", () => scalar.LossAndGradient(), flops);

        double loss = problem.LossAndGradient(new() { MaxDegreeOfParallelism = 1 }).Loss;
        Agreement.RequireLoss<T>(loss, tensors.LossAndGradient());
        Agreement.Require<T>("weight gradients", problem.WeightGradient, tensors.WeightGradient);
        Agreement.Require<T>("hidden gradients", problem.HiddenGradient, tensors.HiddenGradient);

        Timings timings = Alternation.Measure(budget, ours, tensorLoops, scalarLoops);
        yield return TimeOver(1, tensorLoops, ours, timings);
        yield return TimeOver(1, scalarLoops, ours, timings);
    }

    private static Finding ShareOfPeak(int threads, Contestant peak, Contestant ours, Timings timings) =>
        new(threads, $"share of the {FmaPeak.Bits}-bit FMA peak", timings.SpeedShare(ours, peak))
        {
            Ours = Figures.Gigaflops(timings.GigaflopsPerSecond(ours)),
            Other = Figures.Gigaflops(timings.GigaflopsPerSecond(peak)),
            Rounds = timings.Rounds,
        };

    private static Finding TimeOver(int threads, Contestant other, Contestant ours, Timings timings) =>
        Finding.TimeRatio(threads, other, ours, timings, side => Figures.Gigaflops(timings.GigaflopsPerSecond(side)));
}
