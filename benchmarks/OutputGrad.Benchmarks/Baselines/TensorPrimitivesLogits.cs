using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>Logits by a dot product each. Classes are the outer loop, so that W is read once and the batch stays in cache.</summary>
internal static class TensorPrimitivesLogits
{
    public static void Fill<T>(LayerShape shape, ReadOnlySpan<T> hidden, ReadOnlySpan<T> weights, Span<T> logits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int features, int classes) = shape;
        for (int v = 0; v < classes; v++)
        {
            ReadOnlySpan<T> w = weights.Slice(v * features, features);
            for (int n = 0; n < rows; n++)
            {
                logits[n * classes + v] = TensorPrimitives.Dot(w, hidden.Slice(n * features, features));
            }
        }
    }
}
