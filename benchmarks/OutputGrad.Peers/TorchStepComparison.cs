using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers;

/// <summary>The step of gradient descent, exact and filtered, against libtorch's exact one on the same data.</summary>
internal sealed class TorchStepComparison : IComparison
{
    private static readonly LayerShape Trained = new(512, 768, 50257);

    public string Name => "torch-step";

    public string Title =>
        "LinearCrossEntropy.Step with Sgd and dL/dH against libtorch: linear, cross_entropy, backward and W -= rate dL/dW";

    public IEnumerable<ComparisonCase> Cases =>
    [
        FewRows(new(1, 1024, 32768)),
        FewRows(new(4, 1024, 32768)),
        ComparisonCase.Of<float>(Trained, 24, ManyRows),
    ];

    private static ComparisonCase FewRows(LayerShape shape) => ComparisonCase.Of<float>(shape, 5, budget =>
    {
        LayerProblem<float> problem = new(shape);
        Contestant exact = new LayerStep<float>(problem).ExactContestant(1);
        using TorchLayer peer = Peer(problem);
        Contestant theirs = peer.StepContestant(1);
        Timings timings = Alternation.Measure(budget, exact, theirs);
        return [Finding.TimeRatio(1, theirs, exact, timings).AtLeast(4)];
    });

    // Logits like a trained model's, for all three: what is computed exactly takes the same time on any.
    private static List<Finding> ManyRows(TimeSpan budget)
    {
        LayerProblem<float> problem = TrainedLayer.Create<float>(Trained);
        double share = TrainedLayer.ShareAbove(LayerStep<float>.FilterThreshold, problem);
        Contestant exact = new LayerStep<float>(problem).ExactContestant(1);
        Contestant filtered = new LayerStep<float>(problem).FilteredContestant(1);
        using TorchLayer peer = Peer(problem);
        Contestant theirs = peer.StepContestant(1);
        Timings timings = Alternation.Measure(budget, exact, filtered, theirs);
        return
        [
            new Finding(1, "share of the probabilities above 2^-12", share) { Text = Figures.Share(share) },
            Finding.TimeRatio(1, theirs, exact, timings).AtLeast(1.6),
            Finding.TimeRatio(1, theirs, filtered, timings).AtLeast(3),
        ];
    }

    private static TorchLayer Peer(LayerProblem<float> problem)
    {
        TorchLayer peer = new(problem);
        peer.RequireSameStep(problem);
        return peer;
    }
}
