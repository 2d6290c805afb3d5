namespace OutputGrad.Training.Minimization;

/// <summary>The objective at a point.</summary>
/// <param name="Objective">The loss plus the penalty.</param>
/// <param name="Loss">The loss alone.</param>
/// <param name="LargestSlope">The largest magnitude in its gradient; NaN if there is one.</param>
internal readonly record struct ObjectiveValue(double Objective, double Loss, double LargestSlope)
{
    public bool IsFinite => double.IsFinite(Objective) && double.IsFinite(LargestSlope);
}
