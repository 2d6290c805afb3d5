using System.Numerics;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>The library's step of gradient descent on a problem, exact and with both filters.</summary>
internal sealed class LayerStep<T>(LayerProblem<T> problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The rate while steps are timed: the weights stay the problem's however many steps there are, and no product with the rate is
    /// subnormal, which the CPU may be slow at.
    /// </summary>
    public const double LearningRate = 1e-9;

    /// <summary>2^-12.</summary>
    public const double FilterThreshold = 1.0 / 4096;

    public static CrossEntropyOptions Exact { get; } = new();

    public static CrossEntropyOptions Filtered { get; } = new()
    {
        HiddenFilterThreshold = FilterThreshold,
        WeightFilterThreshold = FilterThreshold,
    };

    public Contestant ExactContestant(int threads) => Contestant("Step", Exact with { MaxDegreeOfParallelism = threads });

    public Contestant FilteredContestant(int threads) => Contestant("filtered Step", Filtered with { MaxDegreeOfParallelism = threads });

    public CrossEntropyResult Run(double learningRate, CrossEntropyOptions options) => Run(new Sgd<T>(learningRate), options);

    public CrossEntropyResult Run<TUpdate>(TUpdate update, CrossEntropyOptions options)
        where TUpdate : IWeightUpdate<T> =>
        LinearCrossEntropy.Step(
            problem.Weights, default, new LabeledBatch<T>(problem.Hidden, problem.Targets), update, problem.HiddenGradient, options);

    private Contestant Contestant(string name, CrossEntropyOptions options) =>
        new(name, () => Run(LearningRate, options), problem.Shape.Flops);
}
