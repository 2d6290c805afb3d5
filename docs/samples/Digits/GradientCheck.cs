using System.Numerics.Tensors;
using OutputGrad;

namespace Digits;

/// <summary>Every dial's computed slope against the slope measured by nudging that dial both ways.</summary>
internal sealed record GradientCheck(int Dials, int Digits, double WorstRelativeError)
{
    // A slope is measured to about 1e-11 however small it is, so a dial that hardly matters is judged by this part of the steepest slope.
    public const double SmallestPart = 0.01;

    // Nudged less, rounding shows in the measured slopes; nudged more, the bend of the loss does.
    private const double Nudge = 5e-5;

    public static GradientCheck Run(Classifier classifier, DigitSet digits)
    {
        double[] computed = classifier.Gradient(digits);
        double[] measured = new double[computed.Length];
        FiniteDifference.Gradient(classifier.Dials, () => classifier.Evaluate(digits).Loss, measured, Nudge);

        double smallest = SmallestPart * Math.Abs(TensorPrimitives.MaxMagnitude<double>(computed));
        double worst = computed.Zip(measured, (slope, check) => Math.Abs(slope - check) / Math.Max(Math.Abs(slope), smallest)).Max();
        return new GradientCheck(computed.Length, digits.Count, worst);
    }
}
