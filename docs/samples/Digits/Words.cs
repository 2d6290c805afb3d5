using OutputGrad;

namespace Digits;

/// <summary>Numbers in words.</summary>
internal static class Words
{
    public static string Digit(int digit) => digit == 8 ? "an 8" : $"a {digit}";

    public static string Place(Dial<double> dial) =>
        $"class {dial.Class}, row {dial.Feature / DigitSet.Side + 1}, column {dial.Feature % DigitSet.Side + 1}";

    public static string Direction(double slope) => slope > 0
        ? "turned up, the loss gets worse: training turns it down"
        : "turned up, the loss gets better: training turns it up";
}
