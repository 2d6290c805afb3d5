using OutputGrad;

namespace Digits;

/// <summary>What the sample says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    private const int TopDialCount = 10;

    public static void Data(DigitSet training, DigitSet test, int seed)
    {
        Line($"{training.Count + test.Count} handwritten digits of 8 x 8 pixels: the first {training.Count} to train, the last {test.Count} to test.");
        Line($"{Classifier.DialCount} dials: {DigitSet.Classes} classes x {DigitSet.Pixels} pixels, and a bias per class. They start small and random, from seed {seed}.");
    }

    public static void OneDial(NudgedDial dial)
    {
        Dial<double> computed = dial.Computed;
        Title("One dial, nudged both ways");
        Line($"the dial        the weight of {Words.Place(computed)}: how much ink there speaks for {Words.Digit(computed.Class)}");
        Line($"as it is        {dial.Position:+0.000000;-0.000000}  loss {dial.Loss:0.00000000}");
        Line($"turned up       {dial.Position + NudgedDial.Nudge:+0.000000;-0.000000}  loss {dial.LossAbove:0.00000000}");
        Line($"turned down     {dial.Position - NudgedDial.Nudge:+0.000000;-0.000000}  loss {dial.LossBelow:0.00000000}");
        Line($"measured slope  {dial.MeasuredSlope:+0.00000000;-0.00000000}  (loss turned up - loss turned down) / {2 * NudgedDial.Nudge}");
        Line($"computed slope  {computed.Slope:+0.00000000;-0.00000000}  by LinearCrossEntropy, together with the {Classifier.DialCount - 1} others");
        Line($"in words        {Words.Direction(computed.Slope)}");
    }

    public static void Training() => Title($"Training: {GradientDescent.Epochs} times through the training digits");

    public static void Accuracy(Epoch last)
    {
        Title("How well it reads");
        Line($"train accuracy  {Accuracy(last.Training):0.000}  ({last.Training.Correct} of {last.Training.Rows})");
        Line($"test accuracy  {Accuracy(last.Test):0.000}  ({last.Test.Correct} of {last.Test.Rows})");
    }

    public static double Accuracy(CrossEntropyResult result) => (double)result.Correct / result.Rows;

    public static void Check(GradientCheck check)
    {
        Title("Gradient check: every dial's computed slope against the measured one");
        Line($"dials checked  {check.Dials}");
        Line($"worst relative error  {check.WorstRelativeError:0.0e+00}");
    }

    public static void TopDials(WrongAnswer wrong)
    {
        Title($"The ten dials that matter most for test digit {wrong.Index}: {Words.Digit(wrong.Truth)} read as {Words.Digit(wrong.Answer)}");
        foreach (Dial<double> dial in wrong.TopDials(TopDialCount))
        {
            Line($"{dial.Slope:+0.0000;-0.0000}  {Words.Place(dial)}  {Words.Direction(dial.Slope)}");
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

    public static void Line(string line) => Console.WriteLine("  " + line);

    private static void Title(string title)
    {
        Console.WriteLine();
        Console.WriteLine(title);
    }
}
