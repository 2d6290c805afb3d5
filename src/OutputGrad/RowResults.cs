using System.Numerics;

namespace OutputGrad;

/// <summary>Results per row, for those who want them. An empty span is not computed; any other has one element per row.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A row whose target is <see cref="CrossEntropyOptions.IgnoreIndex"/> is not looked at: it gets 0 everywhere and the prediction -1.
/// No span may overlap another one, nor any input.
/// </remarks>
public readonly ref struct RowResults<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The unreduced losses: class weights, smoothing and <see cref="CrossEntropyOptions.ZLoss"/> included; row weights and the divisor not.
    /// </summary>
    public Span<T> Losses { get; init; }

    /// <summary>
    /// log sum exp of the row's logits, after <see cref="CrossEntropyOptions.LogitScale"/> and <see cref="CrossEntropyOptions.LogitSoftcap"/>. Infinite
    /// where a logit is +infinity and none is NaN.
    /// </summary>
    public Span<T> LogSumExp { get; init; }

    /// <summary>The class of the row's largest logit, the lowest on ties; the first NaN where there is one.</summary>
    public Span<int> Predictions { get; init; }

    /// <summary>
    /// The Euclidean norm of the row's own gradient, unreduced, class and row weight included. From logits, of the logit gradient, |g|.
    /// From a layer, of the gradient of all its parameters: |g| |h|, and with a bias |g| sqrt(|h|^2 + 1), because the gradient of the
    /// weights is the outer product of g and h, and an outer product's norm is the product of the norms.
    /// </summary>
    public Span<T> GradientNorms { get; init; }
}
