namespace OutputGrad;

/// <summary>
/// The loss to compute, and the bounds on memory and threads. The defaults are those of <c>torch.nn.functional.cross_entropy</c>.
/// </summary>
/// <remarks>
/// Options are checked when they are used: one that is not finite or out of its range throws <see cref="ArgumentOutOfRangeException"/>
/// that names it, before anything is written.
/// </remarks>
public sealed record CrossEntropyOptions
{
    /// <summary>How row losses become one number: their weighted mean, or their sum.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>
    /// The divisor of the summed loss and of all gradients, in place of the divisor that <see cref="Reduction"/> implies. For a batch that
    /// is computed in micro-batches, it is the divisor of the whole batch. Positive.
    /// </summary>
    public double? Normalizer { get; init; }

    /// <summary>
    /// The target of rows that do not count. It is tested before the range of classes, and has no effect on soft targets.
    /// </summary>
    public int IgnoreIndex { get; init; } = -100;

    /// <summary>
    /// The share e of every target that is spread evenly over all V classes: q becomes (1 - e) q + e / V. From 0 to 1.
    /// (C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2016, section 7.)
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// A weight w per class, or empty for 1 each: the loss is the sum over classes of -w q log p. Finite; negative weights are accepted.
    /// </summary>
    public ReadOnlyMemory<double> ClassWeights { get; init; }

    /// <summary>
    /// Adds this times logsumexp(z)^2 to every row's loss, which keeps logits from drifting. It is not class-weighted, and its mean divides
    /// by the sum of the counted rows' row weights. Not negative. (B. Zoph et al., "ST-MoE", 2022, equation 5, for a softmax's logits.)
    /// </summary>
    public double ZLoss { get; init; }

    /// <summary>Multiplies the logits: 1 / temperature. Positive, and a normal number of the element type.</summary>
    public double LogitScale { get; init; } = 1;

    /// <summary>
    /// Bounds the logits, after <see cref="LogitScale"/>: z becomes c tanh(z / c). 0 turns it off. Not negative, and a normal number of the
    /// element type.
    /// </summary>
    public double LogitSoftcap { get; init; }

    /// <summary>
    /// Residuals g with |g| below this may be omitted from dL/dH, never the true class's; 0, the default, omits none. |g| is taken before
    /// row weights and the divisor. <see cref="CrossEntropyResult.FilteredMass"/> bounds the error. Finite and not negative. This is an
    /// option of the layer: it has no effect on a loss from logits.
    /// </summary>
    /// <remarks>
    /// Residuals are omitted where 8 rows all have small ones for a class. A residual that is NaN, or not below the threshold, is never
    /// omitted. Losses and row results are exact.
    /// </remarks>
    public double HiddenFilterThreshold { get; init; }

    /// <summary>
    /// Residuals g with |g| below this may be omitted from dL/dW and dL/db, never the true class's; 0, the default, omits none. |g| is
    /// taken before row weights and the divisor. Finite and not negative. This is an option of the layer: it has no effect on a loss from
    /// logits.
    /// </summary>
    /// <remarks>
    /// Residuals are omitted where 8 classes all have small ones for a row. If all rows of 8 classes are omitted, their gradient is 0, and
    /// a step does not touch them: neither decay nor momentum acts on them, and their optimizer state does not change.
    /// </remarks>
    public double WeightFilterThreshold { get; init; }

    /// <summary>
    /// The largest gradient norm of a row. Rows whose <see cref="RowResults{T}.GradientNorms"/> is larger are scaled down to it before they
    /// are summed into dL/dW and dL/db, as differentially private training needs it (M. Abadi et al., "Deep Learning with Differential
    /// Privacy", 2016, algorithm 1). dL/dH and losses are not clipped. Positive. This is an option of the layer: from logits nothing is
    /// summed over rows, and it has no effect. The norms of a layer without bias do not include the gradient of a bias, even if dL/db is
    /// requested.
    /// </summary>
    public double? MaxRowGradientNorm { get; init; }

    /// <summary>
    /// Whether the gradients of weights and bias are added to what is there. The gradient of the hidden vectors is always overwritten.
    /// </summary>
    public bool AccumulateGradients { get; init; }

    /// <summary>The most threads that work on one call; -1 for one per processor. No result depends on it.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>
    /// The most memory, in bytes, that a call on the layer may use beyond its arguments. Positive. A call from logits uses only a few rows
    /// of classes per thread, so there it bounds the number of threads.
    /// </summary>
    public long MaxWorkspaceBytes { get; init; } = 256L << 20;
}
