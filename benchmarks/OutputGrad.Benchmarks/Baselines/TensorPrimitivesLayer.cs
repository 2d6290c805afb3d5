using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>
/// The output layer as loops over TensorPrimitives: a dot product per logit, a multiply-add of a row per residual.
/// Classes are the outer loop, so that each row of W is read once per product and the batch stays in cache.
/// </summary>
internal sealed class TensorPrimitivesLayer<T>(LayerProblem<T> problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _logits = new T[(long)problem.Shape.Rows * problem.Shape.Classes];
    private readonly T[] _scratch = new T[problem.Shape.Classes];

    public T[] HiddenGradient { get; } = new T[problem.Hidden.Length];

    public T[] WeightGradient { get; } = new T[problem.Weights.Length];

    public double LossAndGradient()
    {
        (int rows, int features, int classes) = problem.Shape;
        FillLogits();
        double loss = TensorPrimitivesSoftmax.LossAndGradient(_logits, problem.Targets, _logits.AsSpan());
        HiddenGradient.AsSpan().Clear();
        WeightGradient.AsSpan().Clear();
        for (int v = 0; v < classes; v++)
        {
            ReadOnlySpan<T> w = problem.Weights.AsSpan(v * features, features);
            Span<T> weightGradient = WeightGradient.AsSpan(v * features, features);
            for (int n = 0; n < rows; n++)
            {
                T g = _logits[n * classes + v];
                Span<T> hiddenGradient = HiddenGradient.AsSpan(n * features, features);
                TensorPrimitives.MultiplyAdd(problem.Hidden.AsSpan(n * features, features), g, weightGradient, weightGradient);
                TensorPrimitives.MultiplyAdd(w, g, hiddenGradient, hiddenGradient);
            }
        }

        return loss;
    }

    public double Loss()
    {
        FillLogits();
        return TensorPrimitivesSoftmax.Loss<T>(_logits, problem.Targets, _scratch);
    }

    private void FillLogits() => TensorPrimitivesLogits.Fill(problem.Shape, problem.Hidden, problem.Weights, _logits);
}
