using System.Numerics;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>Softmax cross-entropy as it is written first: plain loops over elements.</summary>
internal static class ScalarSoftmax
{
    /// <summary>The mean loss of a batch and its gradient.</summary>
    public static double LossAndGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = logits.Length / targets.Length;
        T mean = T.One / T.CreateChecked(targets.Length);
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            loss += RowLossAndGradient(logits.Slice(row * classes, classes), targets[row], gradient.Slice(row * classes, classes), mean);
        }

        return loss / targets.Length;
    }

    /// <summary>The loss of one row and its gradient times a scale; the gradient may be the same memory as the logits.</summary>
    public static double RowLossAndGradient<T>(ReadOnlySpan<T> logits, int target, Span<T> gradient, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = T.NegativeInfinity;
        foreach (T z in logits)
        {
            max = T.Max(max, z);
        }

        double shifted = double.CreateChecked(logits[target] - max);
        T sum = T.Zero;
        for (int j = 0; j < logits.Length; j++)
        {
            T e = T.Exp(logits[j] - max);
            gradient[j] = e;
            sum += e;
        }

        T factor = scale / sum;
        for (int j = 0; j < gradient.Length; j++)
        {
            gradient[j] *= factor;
        }

        gradient[target] -= scale;
        return Math.Log(double.CreateChecked(sum)) - shifted;
    }
}
