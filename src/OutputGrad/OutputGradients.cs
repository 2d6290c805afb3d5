using System.Numerics;

namespace OutputGrad;

/// <summary>Where the layer's gradients go. A gradient whose span is empty is not computed.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>No span may overlap another span or an input.</remarks>
public readonly ref struct OutputGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>dL/dH, row-major, rows x features. Always overwritten; an ignored row becomes 0.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>
    /// dL/dW, row-major, classes x features. Overwritten, or added to under <see cref="CrossEntropyOptions.AccumulateGradients"/>.
    /// </summary>
    public Span<T> Weights { get; init; }

    /// <summary>
    /// dL/db, one number per class. Overwritten, or added to under <see cref="CrossEntropyOptions.AccumulateGradients"/>.
    /// It may be requested even if the layer has no bias.
    /// </summary>
    public Span<T> Bias { get; init; }
}
