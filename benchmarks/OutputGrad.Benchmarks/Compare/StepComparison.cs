using System.Globalization;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>A step of gradient descent, exact, filtered and put together from parts, and whether the filter kept its certificate.</summary>
internal sealed class StepComparison : IComparison
{
    private static readonly LayerShape Trained = new(512, 768, 50257);

    // Few enough rows that the passes over dL/dW and W count beside the products.
    private static readonly LayerShape Random = new(64, 1024, 32768);

    public string Name => "step";

    public string Title => "LinearCrossEntropy.Step with Sgd and dL/dH (filtered: both filters at 2^-12, logits like a trained model's)";

    public IEnumerable<ComparisonCase> Cases =>
    [
        ComparisonCase.Of<float>(Trained, 8, Filter),
        ComparisonCase.Of<float>(Random, 2, Fusion),
    ];

    private static List<Finding> Filter(TimeSpan budget)
    {
        LayerProblem<float> problem = TrainedLayer.Create<float>(Trained);
        double share = TrainedLayer.ShareAbove(LayerStep<float>.FilterThreshold, problem);
        LayerStep<float> step = new(problem);
        Contestant exact = step.ExactContestant(1);
        Contestant filtered = step.FilteredContestant(1);
        Timings timings = Alternation.Measure(budget, exact, filtered);
        return
        [
            new Finding(1, "share of the probabilities above 2^-12", share) { Text = Figures.Share(share) },
            Finding.TimeRatio(1, exact, filtered, timings).AtLeast(2),
            Certificate(problem),
        ];
    }

    private static List<Finding> Fusion(TimeSpan budget)
    {
        LayerProblem<float> problem = new(Random);
        RequireAgreement(problem);
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        Contestant step = new LayerStep<float>(problem).ExactContestant(1);
        Contestant parts = new(
            "LossAndGradient and an update",
            () => UpdateAfterGradient.Run(problem, LayerStep<float>.LearningRate, options));
        Timings timings = Alternation.Measure(budget, step, parts);
        return [Finding.TimeRatio(1, parts, step, timings)];
    }

    // A rate of 1 moves weights by far more than the tolerance.
    private static void RequireAgreement(LayerProblem<float> problem)
    {
        float[] weights = [.. problem.Weights];
        double loss = new LayerStep<float>(problem).Run(1, LayerStep<float>.Exact).Loss;
        float[] stepped = [.. problem.Weights];
        float[] hiddenGradient = [.. problem.HiddenGradient];
        weights.CopyTo(problem.Weights, 0);
        Agreement.RequireLoss<float>(loss, UpdateAfterGradient.Run(problem, 1, LayerStep<float>.Exact).Loss);
        Agreement.Require<float>("updated weights", stepped, problem.Weights);
        Agreement.Require<float>("hidden gradients", hiddenGradient, problem.HiddenGradient);
        weights.CopyTo(problem.Weights, 0);
    }

    // A rate of 0 leaves the weights as they are; without a divisor the certificate is the bound itself.
    private static Finding Certificate(LayerProblem<float> problem)
    {
        LayerStep<float> step = new(problem);
        step.Run(0, LayerStep<float>.Exact with { Reduction = Reduction.Sum });
        float[] exact = [.. problem.HiddenGradient];
        double mass = step.Run(0, LayerStep<float>.Filtered with { Reduction = Reduction.Sum }).FilteredMass;
        TensorPrimitives.Subtract(exact, problem.HiddenGradient, exact);
        double difference = Math.Abs(TensorPrimitives.MaxMagnitude<float>(exact));
        double bound = mass * Math.Abs(TensorPrimitives.MaxMagnitude<float>(problem.Weights));
        const string what = "largest error of the filtered dL/dH / (FilteredMass x largest weight)";
        return new Finding(Environment.ProcessorCount, what, difference / bound)
        {
            Ours = string.Create(CultureInfo.InvariantCulture, $"{difference:g3}"),
            Other = string.Create(CultureInfo.InvariantCulture, $"{bound:g3}"),
        }.AtMost(1);
    }
}
