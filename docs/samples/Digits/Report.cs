using OutputGrad;
using static Samples.Printout;

namespace Digits;

/// <summary>What the sample says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    private const int TopDialCount = 10;

    public static void Start(DigitSet training, DigitSet test, int seed)
    {
        Line($"{training.Count + test.Count} handwritten digits of 8 x 8 pixels: {training.Count} to train, the last {test.Count} to test");
        Line($"{Classifier.DialCount} dials: {DigitSet.Classes} classes x {DigitSet.Pixels} pixels, and a bias for each class");
        Line($"seed {seed} makes their small random start");
    }

    public static void OneDial(NudgedDial nudged)
    {
        Dial<double> dial = nudged.Dial;
        Title("One dial, nudged both ways");
        Line($"the dial        {Words.Place(dial)}: ink there speaks for {Words.Digit(dial.Class)}");
        Line($"as it is        {nudged.Position:+0.000000;-0.000000}  loss {nudged.Loss:0.00000000}");
        Line($"turned up       {nudged.Position + NudgedDial.Nudge:+0.000000;-0.000000}  loss {nudged.LossAbove:0.00000000}");
        Line($"turned down     {nudged.Position - NudgedDial.Nudge:+0.000000;-0.000000}  loss {nudged.LossBelow:0.00000000}");
        Line($"measured slope  {Slope(nudged.MeasuredSlope)}  (loss turned up - loss turned down) / {2 * NudgedDial.Nudge}");
        Line($"computed slope  {Slope(dial.Slope)}  in one pass with the {Classifier.DialCount - 1} others");
        Line($"in words        {Words.Direction(dial.Slope)}: {Words.Advice(dial.Slope)}");
    }

    public static void Training(GradientDescent descent) => Title($"Training: {descent.Epochs} times through the training digits");

    public static void Accuracy(Epoch last)
    {
        Title("How well it reads");
        Line($"train accuracy  {Epoch.Accuracy(last.Training):0.000}  ({last.Training.Correct} of {last.Training.Rows})");
        Line($"test accuracy  {Epoch.Accuracy(last.Test):0.000}  ({last.Test.Correct} of {last.Test.Rows}), loss {last.Test.Loss:0.000}");
    }

    public static void Check(GradientCheck check)
    {
        Title("Gradient check: computed slopes against measured ones");
        Line($"dials checked  {check.Dials}, each nudged both ways before {check.Digits} test digits");
        Line($"worst relative error  {check.WorstRelativeError:0.0e+00}");
        Line($"relative to the dial's own slope, or to {GradientCheck.SmallestPart} of the steepest if that is more");
    }

    public static void TopDials(WrongAnswer wrong)
    {
        Title($"The {TopDialCount} dials that matter most for test digit {wrong.Index}, {Words.Misreading(wrong)}");
        IEnumerable<int> likeliest = Enumerable.Range(0, DigitSet.Classes).OrderByDescending(wrong.Probability).Take(4);
        Line($"probabilities   {string.Join("  ", likeliest.Select(digit => $"{digit}: {wrong.Probability(digit):0.000}"))}");
        foreach (Dial<double> dial in wrong.TopDials(TopDialCount))
        {
            double residual = wrong.Residual[dial.Class], pixel = wrong.Image[dial.Feature];
            string product = $"{dial.Slope:+0.0000;-0.0000} = {residual:+0.0000;-0.0000} x {pixel:0.0000}";
            Line($"{product}  {Words.Place(dial)}: {Words.Direction(dial.Slope)}");
        }
    }

    public static void Pictures(params ReadOnlySpan<string> paths)
    {
        Title("Pictures");
        foreach (string path in paths)
        {
            Line($"wrote {path}");
        }
    }

    private static string Slope(double slope) => $"{slope:+0.00000000;-0.00000000}";
}
