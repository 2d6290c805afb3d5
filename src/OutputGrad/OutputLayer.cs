using System.Numerics;

namespace OutputGrad;

/// <summary>The layer's parameters, read only: logits are <c>z = W h + b</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="weights">The matrix W, row-major, classes x features: the row of a class is contiguous.</param>
/// <param name="bias">The vector b, one number per class, or empty for a layer without bias.</param>
public readonly ref struct OutputLayer<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias = default)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The matrix W, row-major, classes x features.</summary>
    public ReadOnlySpan<T> Weights { get; } = weights;

    /// <summary>The vector b, one number per class, or empty.</summary>
    public ReadOnlySpan<T> Bias { get; } = bias;
}
