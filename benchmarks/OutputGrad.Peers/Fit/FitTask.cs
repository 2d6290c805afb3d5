namespace OutputGrad.Peers.Fit;

/// <summary>What is minimized: the mean loss over the training rows + L2 / 2 |W|^2, the bias free; and how far.</summary>
/// <param name="Data">The rows.</param>
/// <param name="C">scikit-learn's strength of the loss against the penalty.</param>
internal sealed record FitTask(ClusteredVectors Data, double C)
{
    /// <summary>Of the objective's gradient at the end: what single precision can reach, and an objective exact to 1e-6.</summary>
    public const double LargestSlope = 1e-6;

    /// <summary>How many steps everybody's L-BFGS remembers.</summary>
    public const int History = 10;

    /// <summary>More than anybody needs.</summary>
    public const int MaxIterations = 10_000;

    public double L2 => 1 / (C * Data.Shape.Rows);
}
