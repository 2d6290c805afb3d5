using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Training.Minimization;

/// <summary>
/// What a probe minimizes, as a function of the vector of all parameters, weights first: the loss of a batch and L2 / 2 |W|^2.
/// </summary>
internal readonly ref struct ProbeObjective<T>(
    ParameterVectors<T> vectors, LabeledBatch<T> batch, int weights, double l2, CrossEntropyOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows.</summary>
    public LabeledBatch<T> Batch { get; } = batch;

    /// <summary>The strength of the penalty.</summary>
    public double L2 { get; } = l2;

    /// <summary>The objective and its gradient at a point.</summary>
    public ObjectiveValue Evaluate(T[] point, T[] gradient)
    {
        OutputGradients<T> gradients = new() { Weights = gradient.AsSpan(0, weights), Bias = gradient.AsSpan(weights) };
        double loss = LinearCrossEntropy.LossAndGradient(Layer(point), Batch, gradients, options).Loss;
        double penalty = 0;
        if (L2 > 0)
        {
            penalty = L2 / 2 * vectors.Dot(point, point, weights);
            vectors.Add(gradient, L2, point, gradient, weights);
        }

        return new(loss + penalty, loss, double.CreateTruncating(T.Abs(TensorPrimitives.MaxMagnitude<T>(gradient))));
    }

    /// <summary>The loss of another batch.</summary>
    public double LossOf(LabeledBatch<T> other, T[] point) => LinearCrossEntropy.Loss(Layer(point), other, options).Loss;

    /// <summary>Why what was computed of a batch is not finite.</summary>
    public ArgumentException NotFinite(LabeledBatch<T> of, string what) => NonFiniteNumbers.Find(of, what, options.IgnoreIndex);

    private OutputLayer<T> Layer(T[] point) => new(point.AsSpan(0, weights), point.AsSpan(weights));
}
