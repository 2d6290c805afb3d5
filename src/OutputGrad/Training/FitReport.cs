namespace OutputGrad.Training;

/// <summary>How a fit ended. The numbers are those of the parameters that it left in place.</summary>
/// <param name="Iterations">The iterations of L-BFGS, each with its line search.</param>
/// <param name="Evaluations">How often the objective and its gradient were computed.</param>
/// <param name="Objective">The loss plus the penalty.</param>
/// <param name="Loss">The loss alone, as <see cref="FitOptions.Loss"/> reduces it.</param>
/// <param name="LargestSlope">The largest magnitude in the objective's gradient.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="ValidationLoss">
/// The loss on the validation batch, with the same options and class weights; null without one.
/// </param>
public sealed record FitReport(
    int Iterations, int Evaluations, double Objective, double Loss, double LargestSlope, StopReason Reason, double? ValidationLoss);
