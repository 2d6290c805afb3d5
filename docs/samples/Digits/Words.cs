using OutputGrad;

namespace Digits;

/// <summary>Numbers in words.</summary>
internal static class Words
{
    public static string Digit(int digit) => digit == 8 ? "an 8" : $"a {digit}";

    public static string Misreading(WrongAnswer wrong) => $"{Digit(wrong.Truth)} read as {Digit(wrong.Answer)}";

    /// <summary>Where a weight's pixel is: rows and columns are counted from 1 at the upper left corner.</summary>
    public static string Place(Dial<double> dial) =>
        $"class {dial.Class}, row {dial.Feature / DigitSet.Side + 1}, column {dial.Feature % DigitSet.Side + 1}";

    public static string Direction(double slope) => slope > 0 ? "turned up, the loss grows" : "turned up, the loss falls";

    public static string Advice(double slope) => slope > 0 ? "training turns it down" : "training turns it up";
}
