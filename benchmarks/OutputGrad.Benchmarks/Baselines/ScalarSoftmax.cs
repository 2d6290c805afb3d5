using System.Numerics;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>Softmax cross-entropy of one row as it is written first: plain loops over elements.</summary>
internal static class ScalarSoftmax
{
    public static double LossAndGradient<T>(ReadOnlySpan<T> logits, int target, Span<T> gradient, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = T.NegativeInfinity;
        foreach (T z in logits)
            max = T.Max(max, z);

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
            gradient[j] *= factor;
        gradient[target] -= scale;
        return Math.Log(double.CreateChecked(sum)) - shifted;
    }
}
