namespace OutputGrad.Training;

/// <summary>How far a fit is, told after every evaluation of the objective.</summary>
/// <param name="Iteration">The iteration that the evaluation belongs to, from 1 on; 0 for the parameters at the start.</param>
/// <param name="Objective">The smallest objective of the iteration so far. It falls, but for rounding near the minimum.</param>
/// <param name="LargestSlope">The largest magnitude in the objective's gradient there.</param>
/// <param name="ValidationLoss">The validation loss after the last complete iteration; null without a validation batch.</param>
public readonly record struct FitProgress(int Iteration, double Objective, double LargestSlope, double? ValidationLoss)
{
    /// <summary>The strength of the fit's penalty, which says where on a path it is.</summary>
    public double L2 { get; init; }
}
