using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>Mean softmax cross-entropy and its gradient, row by row, as one composes it from TensorPrimitives.</summary>
internal static class TensorPrimitivesSoftmax
{
    public static double LossAndGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = logits.Length / targets.Length;
        T mean = T.One / T.CreateChecked(targets.Length);
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<T> z = logits.Slice(row * classes, classes);
            Span<T> g = gradient.Slice(row * classes, classes);
            int target = targets[row];
            TensorPrimitives.Subtract(z, TensorPrimitives.Max(z), g);
            T shifted = g[target];
            TensorPrimitives.Exp(g, g);
            T sum = TensorPrimitives.Sum<T>(g);
            TensorPrimitives.Multiply(g, mean / sum, g);
            g[target] -= mean;
            loss += double.CreateChecked(T.Log(sum) - shifted);
        }

        return loss / targets.Length;
    }

    /// <summary>The loss alone; the scratch holds at least one row.</summary>
    public static double Loss<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = logits.Length / targets.Length;
        Span<T> e = scratch[..classes];
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            ReadOnlySpan<T> z = logits.Slice(row * classes, classes);
            TensorPrimitives.Subtract(z, TensorPrimitives.Max(z), e);
            T shifted = e[targets[row]];
            TensorPrimitives.Exp(e, e);
            loss += double.CreateChecked(T.Log(TensorPrimitives.Sum<T>(e)) - shifted);
        }

        return loss / targets.Length;
    }
}
