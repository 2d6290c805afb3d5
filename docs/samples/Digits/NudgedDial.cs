using System.Numerics.Tensors;
using OutputGrad;

namespace Digits;

/// <summary>One dial turned up and down a little, and the loss each time, next to the slope that the library computes.</summary>
internal sealed record NudgedDial(Dial<double> Dial, double Position, double LossBelow, double Loss, double LossAbove, double MeasuredSlope)
{
    public const double Nudge = 0.001;

    /// <summary>Takes the weight along which the mean loss over the digits is steepest.</summary>
    public static NudgedDial Steepest(Classifier classifier, DigitSet digits)
    {
        double[] gradient = classifier.Gradient(digits);
        int index = TensorPrimitives.IndexOfMaxMagnitude<double>(gradient.AsSpan(0, Classifier.WeightCount));
        double position = classifier.Dials[index];

        double LossAt(double place)
        {
            classifier.Dials[index] = place;
            return classifier.Evaluate(digits).Loss;
        }

        double below = LossAt(position - Nudge);
        double above = LossAt(position + Nudge);
        double loss = LossAt(position);
        double measured = FiniteDifference.Slope(classifier.Dials, index, () => classifier.Evaluate(digits).Loss, Nudge);
        Dial<double> dial = new(index / DigitSet.Pixels, index % DigitSet.Pixels, gradient[index]);
        return new NudgedDial(dial, position, below, loss, above, measured);
    }
}
