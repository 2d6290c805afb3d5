using System.Numerics;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The output layer as it is written first: plain loops over elements.</summary>
internal sealed class ScalarLayer<T>(LayerProblem<T> problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _residual = new T[problem.Shape.Classes];

    public T[] HiddenGradient { get; } = new T[problem.Hidden.Length];

    public T[] WeightGradient { get; } = new T[problem.Weights.Length];

    public double LossAndGradient()
    {
        (int rows, int features, int classes) = problem.Shape;
        HiddenGradient.AsSpan().Clear();
        WeightGradient.AsSpan().Clear();
        double loss = 0;
        for (int n = 0; n < rows; n++)
        {
            ReadOnlySpan<T> h = problem.Hidden.AsSpan(n * features, features);
            Span<T> hiddenGradient = HiddenGradient.AsSpan(n * features, features);
            for (int v = 0; v < classes; v++)
            {
                ReadOnlySpan<T> w = problem.Weights.AsSpan(v * features, features);
                T logit = T.Zero;
                for (int d = 0; d < w.Length; d++)
                {
                    logit += w[d] * h[d];
                }

                _residual[v] = logit;
            }

            loss += ScalarSoftmax.RowLossAndGradient(_residual, problem.Targets[n], _residual.AsSpan(), T.CreateChecked(1.0 / rows));
            for (int v = 0; v < classes; v++)
            {
                T g = _residual[v];
                ReadOnlySpan<T> w = problem.Weights.AsSpan(v * features, features);
                Span<T> weightGradient = WeightGradient.AsSpan(v * features, features);
                for (int d = 0; d < w.Length; d++)
                {
                    weightGradient[d] += g * h[d];
                    hiddenGradient[d] += g * w[d];
                }
            }
        }

        return loss / rows;
    }
}
