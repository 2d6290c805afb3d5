namespace OutputGrad;

/// <summary>The results of a pass over a batch, accumulated in double precision in a fixed order.</summary>
public readonly record struct CrossEntropyResult
{
    /// <summary>The reduced loss, <see cref="ZLoss"/> included. NaN for the mean of a batch in which no row counted.</summary>
    public double Loss { get; init; }

    /// <summary>The part of <see cref="Loss"/> that <see cref="CrossEntropyOptions.ZLoss"/> added; 0 where that option is 0.</summary>
    public double ZLoss { get; init; }

    /// <summary>The number of rows that counted: all but those whose target is <see cref="CrossEntropyOptions.IgnoreIndex"/>.</summary>
    public int Rows { get; init; }

    /// <summary>
    /// Of the rows that counted, those whose largest logit (the lowest class on ties) is the target; 0 with soft targets.
    /// </summary>
    public int Correct { get; init; }

    /// <summary>
    /// The largest sum of |residual| that a gradient filter omitted from any one row, before row weights and the divisor, rounded up; 0
    /// when the gradients are exact. It is a certificate: no element of a row of dL/dH is off by more than this times the largest |weight|,
    /// again before row weight and divisor.
    /// </summary>
    public double FilteredMass { get; init; }
}
