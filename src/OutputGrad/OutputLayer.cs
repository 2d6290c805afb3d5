using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad;

/// <summary>The layer's parameters, read only: logits are <c>z = W h + b</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Weights may be stored in 16 bits: see <see cref="FromHalf"/> and <see cref="FromBFloat16"/>. They are read where they lie and widened
/// exactly as they are read, so that every result has the very bits of the same call on the widened weights. All else, results and
/// gradients too, is in <typeparamref name="T"/>.
/// </remarks>
public readonly ref struct OutputLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A layer whose weights are of the type in which is computed.</summary>
    /// <param name="weights">The matrix W, row-major, classes x features: the row of a class is contiguous.</param>
    /// <param name="bias">The vector b, one number per class, or empty for a layer without bias.</param>
    public OutputLayer(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias = default)
        : this(new StoredSpan<T>(weights), bias)
    {
    }

    private OutputLayer(StoredSpan<T> weights, ReadOnlySpan<T> bias)
    {
        StoredWeights = weights;
        Bias = bias;
    }

    /// <summary>The matrix W, row-major, classes x features; empty where the weights are of 16 bits.</summary>
    public ReadOnlySpan<T> Weights => StoredWeights.Full;

    /// <summary>The matrix W of a layer from <see cref="FromHalf"/>; empty in any other.</summary>
    public ReadOnlySpan<Half> HalfWeights => StoredWeights.Half;

    /// <summary>The bits of the matrix W of a layer from <see cref="FromBFloat16"/>; empty in any other.</summary>
    public ReadOnlySpan<ushort> BFloat16Weights => StoredWeights.BFloat16;

    /// <summary>The vector b, one number per class, or empty.</summary>
    public ReadOnlySpan<T> Bias { get; }

    /// <summary>The matrix W in whatever form it has.</summary>
    internal StoredSpan<T> StoredWeights { get; }

    /// <summary>A layer whose weights are of 16 bits, IEEE 754 half precision.</summary>
    /// <param name="weights">The matrix W, row-major, classes x features.</param>
    /// <param name="bias">The vector b, one number per class, or empty.</param>
    /// <returns>The layer; nothing is copied.</returns>
    public static OutputLayer<T> FromHalf(ReadOnlySpan<Half> weights, ReadOnlySpan<T> bias = default) =>
        new(StoredSpan<T>.FromHalf(weights), bias);

    /// <summary>
    /// A layer whose weights are of 16 bits, bfloat16: the upper half of a <see cref="float"/>, with its range and 8 bits of precision.
    /// </summary>
    /// <param name="weights">The bits of the matrix W, row-major, classes x features.</param>
    /// <param name="bias">The vector b, one number per class, or empty.</param>
    /// <returns>The layer; nothing is copied.</returns>
    public static OutputLayer<T> FromBFloat16(ReadOnlySpan<ushort> weights, ReadOnlySpan<T> bias = default) =>
        new(StoredSpan<T>.FromBFloat16(weights), bias);
}
