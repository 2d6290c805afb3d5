using OutputGrad;

namespace Digits;

/// <summary>Every dial's computed slope against the slope measured by nudging that dial both ways.</summary>
internal sealed record GradientCheck(int Dials, double WorstRelativeError)
{
    // Half as far and rounding shows in the measured slope; twice as far and the bend of the loss does.
    private const double Nudge = 3e-5;

    public static GradientCheck Run(Classifier classifier, DigitSet digits)
    {
        double[] computed = classifier.Gradient(digits);
        var measured = new double[computed.Length];
        FiniteDifference.Gradient(classifier.Dials, () => classifier.Evaluate(digits).Loss, measured, Nudge);
        return new GradientCheck(computed.Length, computed.Zip(measured, RelativeError).Max());
    }

    /// <summary>The difference as a part of the larger slope. A pixel that is paper in every digit has a slope of exactly 0 both ways.</summary>
    private static double RelativeError(double computed, double measured) =>
        computed == measured ? 0 : Math.Abs(computed - measured) / Math.Max(Math.Abs(computed), Math.Abs(measured));
}
