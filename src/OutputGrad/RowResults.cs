using System.Numerics;

namespace OutputGrad;

/// <summary>Where results per row go. A result whose span is empty is not computed; any other span has one element per row.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// A row whose target is <see cref="CrossEntropyOptions.IgnoreIndex"/> is not read: its results are 0, its prediction and its target's rank
/// are -1.
/// No span may overlap another span or an input.
/// </remarks>
public readonly ref struct RowResults<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The unreduced losses. They include class weights, smoothing and <see cref="CrossEntropyOptions.ZLoss"/>, but not row weights and the
    /// divisor.
    /// </summary>
    public Span<T> Losses { get; init; }

    /// <summary>
    /// log sum exp of the row's logits, after <see cref="CrossEntropyOptions.LogitScale"/> and
    /// <see cref="CrossEntropyOptions.LogitSoftcap"/>. Infinite where a logit is +infinity and none is NaN.
    /// </summary>
    public Span<T> LogSumExp { get; init; }

    /// <summary>The class of the row's largest logit, the lowest on ties; the class of the first NaN if there is one.</summary>
    public Span<int> Predictions { get; init; }

    /// <summary>
    /// The Euclidean norm of the row's own unreduced gradient, including class and row weight. From logits it is the norm of the logit
    /// gradient, |g|. From a layer it is the norm of the gradient of all its parameters: |g| |h|, and with a bias |g| sqrt(|h|^2 + 1),
    /// because the gradient of the weights is the outer product of g and h, and an outer product's norm is the product of the norms.
    /// </summary>
    public Span<T> GradientNorms { get; init; }

    /// <summary>
    /// The entropies -sum p log p of the rows' softmax, in nats: how undecided the model is, from 0 to the logarithm of the number of
    /// classes. A class of probability 0 adds 0. NaN where a logit is NaN or +infinity, or all are -infinity.
    /// </summary>
    public Span<T> Entropies { get; init; }

    /// <summary>
    /// How many classes stand before the row's target: those of a larger logit, and those of an equal one and a lower index. 0 where the
    /// target is the prediction. A NaN stands before every number, as in <see cref="Predictions"/>. Only with class indices; and from all
    /// classes, so that shards do not give it.
    /// </summary>
    public Span<int> TargetRanks { get; init; }
}
