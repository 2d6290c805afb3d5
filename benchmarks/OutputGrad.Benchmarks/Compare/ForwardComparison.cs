using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>The layer forwards: the most likely classes and all log-probabilities, against the loss and against compositions.</summary>
internal sealed class ForwardComparison : IComparison
{
    private const int Top = 50;

    private static readonly LayerShape MillionClasses = new(256, 128, 1_000_000);
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    public string Name => "forward";

    public string Title => $"LinearSoftmax: TopK of {Top} and LogProbabilities";

    public IEnumerable<ComparisonCase> Cases =>
    [
        ComparisonCase.Of<float>(MillionClasses, 6, budget => [TopOverLoss(new(MillionClasses), budget).AtMost(1.15)]),
        ComparisonCase.Of<float>(MillionClasses with { Rows = 32 }, 8, budget =>
            Selections(new(MillionClasses with { Rows = 32 }), leastForSort: 3, budget)),
        ComparisonCase.Of<float>(new LayerShape(64, 768, 50257), 4, budget => LogProbabilities(new(new(64, 768, 50257)), budget)),
        All(RealHeads.Qwen(1), 4),
        All(RealHeads.Qwen(8), 6),
        All(RealHeads.Gemma(1), 4),
        All(RealHeads.Gemma(8), 6),
    ];

    private static ComparisonCase All(LayerShape shape, double seconds) => ComparisonCase.Of<float>(shape, seconds, budget =>
    {
        ForwardLayer<float> layer = new(shape);
        return
        [
            TopOverLoss(layer, budget / 4),
            .. Selections(layer, leastForSort: null, budget / 2),
            .. LogProbabilities(layer, budget / 4),
        ];
    });

    private static Finding TopOverLoss(ForwardLayer<float> layer, TimeSpan budget)
    {
        Contestant loss = new("Loss", () => layer.Loss(OneThread));
        Contestant top = new TopClasses<float>(layer, Top).Contestant(1);
        return Finding.TimeRatio(1, top, loss, Alternation.Measure(budget, loss, top));
    }

    private static List<Finding> Selections(ForwardLayer<float> layer, double? leastForSort, TimeSpan budget)
    {
        TopClasses<float> top = new(layer, Top);
        TopOfProbabilities<float> others = new(layer, Top);
        Contestant ours = top.Contestant(1);
        Contestant sort = new("Probabilities and a sort", () => others.BySort(OneThread));
        Contestant queue = new("Probabilities and a priority queue", () => others.ByQueue(OneThread));

        ours.Run();
        foreach (Contestant other in (ReadOnlySpan<Contestant>)[sort, queue])
        {
            other.Run();
            Agreement.Require<float>($"logarithms of {other.Name}", top.LogProbabilities, others.LogProbabilities);
        }

        Timings timings = Alternation.Measure(budget, ours, sort, queue);
        return [Finding.TimeRatio(1, sort, ours, timings).AtLeast(leastForSort), Finding.TimeRatio(1, queue, ours, timings)];
    }

    private static List<Finding> LogProbabilities(ForwardLayer<float> layer, TimeSpan budget)
    {
        TensorPrimitivesForward<float> loops = new(layer);
        float[] all = new float[layer.Shape.Rows * layer.Shape.Classes];
        float[] theirs = new float[all.Length];
        Contestant ours = new("LogProbabilities", () => layer.LogProbabilities(all, OneThread), layer.Flops);
        Contestant tensors = new("TensorPrimitives", () => loops.LogProbabilities(theirs), layer.Flops);

        ours.Run();
        tensors.Run();
        Agreement.Require<float>("log-probabilities", all, theirs);
        Timings timings = Alternation.Measure(budget, ours, tensors);
        return [Finding.TimeRatio(1, tensors, ours, timings, side => Figures.Gigaflops(timings.GigaflopsPerSecond(side)))];
    }
}
