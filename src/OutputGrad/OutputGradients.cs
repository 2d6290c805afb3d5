using System.Numerics;

namespace OutputGrad;

/// <summary>Where the layer's gradients go. An empty span is not wanted, and its work is not done.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>No span may overlap another one, nor any input.</remarks>
public readonly ref struct OutputGradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>dL/dH, row-major, rows x features. Always overwritten; an ignored row becomes 0.</summary>
    public Span<T> Hidden { get; init; }

    /// <summary>dL/dW, row-major, classes x features. Overwritten, or added to under <see cref="CrossEntropyOptions.AccumulateGradients"/>.</summary>
    public Span<T> Weights { get; init; }

    /// <summary>
    /// dL/db, one number per class. Overwritten, or added to under <see cref="CrossEntropyOptions.AccumulateGradients"/>.
    /// May be asked for where the layer has no bias.
    /// </summary>
    public Span<T> Bias { get; init; }
}
