using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;
using static TorchSharp.torch;

namespace OutputGrad.Peers;

/// <summary>The layer forwards against libtorch's linear, log_softmax and topk: in float, and from weights of bfloat16.</summary>
internal sealed class TorchForwardComparison : IComparison
{
    private const int Top = 50;

    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    public string Name => "torch-forward";

    public string Title =>
        $"LinearSoftmax against libtorch: linear and log_softmax, and topk of {Top} (bfloat16: libtorch's hidden vectors and results too)";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(64, 768, 50257)),
        Case(RealHeads.Qwen(1)),
        Case(RealHeads.Qwen(8)),
        Case(RealHeads.Gemma(1)),
        Case(RealHeads.Gemma(8)),
    ];

    private static ComparisonCase Case(LayerShape shape) => ComparisonCase.Of<float>(shape, 6, budget =>
        [.. Float(new ForwardLayer<float>(shape), budget * 2 / 3), BFloat16(new StoredLayer<float>(shape), budget / 3)]);

    private static List<Finding> Float(ForwardLayer<float> layer, TimeSpan budget)
    {
        using TorchForward peer = new(layer.Shape, layer.Hidden, layer.Weights, ScalarType.Float32);
        float[] all = new float[layer.Shape.Rows * layer.Shape.Classes];
        Contestant ours = new("LogProbabilities", () => layer.LogProbabilities(all, OneThread));
        ours.Run();
        peer.RequireAgreement(all);
        return
        [
            Line(peer.AllContestant(), ours, budget / 2),
            Line(peer.TopContestant(Top), new TopClasses<float>(layer, Top).Contestant(1), budget / 2),
        ];
    }

    // Not the same results: libtorch's hidden vectors, logits and log-probabilities are of 8 bits of precision, ours of float's 24.
    private static Finding BFloat16(StoredLayer<float> layer, TimeSpan budget)
    {
        using TorchForward peer = new(layer.Shape, layer.Hidden, layer.Weights, ScalarType.BFloat16);
        float[] all = new float[layer.Shape.Rows * layer.Shape.Classes];
        Contestant ours = new("LogProbabilities of bfloat16", () => layer.LogProbabilities(WeightFormat.BFloat16, all, OneThread));
        return Line(peer.AllContestant(), ours, budget);
    }

    private static Finding Line(Contestant theirs, Contestant ours, TimeSpan budget) =>
        Finding.TimeRatio(1, theirs, ours, Alternation.Measure(budget, ours, theirs));
}
