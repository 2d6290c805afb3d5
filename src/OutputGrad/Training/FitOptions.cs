namespace OutputGrad.Training;

/// <summary>The objective of a fit, and when it ends.</summary>
/// <remarks>Options are checked when they are used, before any parameter changes.</remarks>
public sealed record FitOptions
{
    /// <summary>
    /// The strength of the penalty L2 / 2 |W|^2; the bias is free. Null is 1 / rows, over the rows that count: scikit-learn's C = 1, for
    /// its C is 1 / (L2 * rows). 0 is no penalty. Finite and not negative.
    /// </summary>
    /// <remarks>
    /// With weights per row or class scikit-learn's C is 1 / (L2 * sum of the weights); and for two classes its default has one row of
    /// weights, whose C is 2 / (L2 * rows).
    /// </remarks>
    public double? L2 { get; init; }

    /// <summary>The fit has converged when no element of the objective's gradient is larger. Finite and not negative.</summary>
    /// <remarks>
    /// The gradient is that of the mean loss, so that the tolerance does not depend on the number of rows. In <see cref="float"/> slopes
    /// down to some 1e-6 can be reached.
    /// </remarks>
    public double GradientTolerance { get; init; } = 1e-4;

    /// <summary>The most iterations. Not negative; with 0 the objective is evaluated and nothing changes.</summary>
    public int MaxIterations { get; init; } = 1000;

    /// <summary>
    /// How many of the last steps L-BFGS remembers: each takes the memory of two sets of parameters. Positive.
    /// </summary>
    public int History { get; init; } = 10;

    /// <summary>How much the rows of each class weigh. <see cref="ClassBalance.Balanced"/> needs class indices.</summary>
    public ClassBalance ClassBalance { get; init; }

    /// <summary>
    /// With a validation batch: the fit ends after so many iterations without a smaller validation loss, and, however it ends, the
    /// parameters of the smallest one are kept. Null never ends it, and keeps those of the smallest objective. Positive.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>
    /// The loss, and the bounds on threads and memory. Filters, clipping and accumulation are refused: with them the gradient would not be
    /// the objective's. So are class weights that are negative, with which there need not be a minimum.
    /// </summary>
    public CrossEntropyOptions Loss { get; init; } = new();
}
