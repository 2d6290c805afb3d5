using System.Globalization;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>A side of a ratio as a figure states it: a number and a unit, and perhaps more behind a comma.</summary>
internal static class Quantity
{
    /// <summary>The number and the unit that the text begins with.</summary>
    public static (double Number, string Unit) Parse(string text)
    {
        string[] words = text.Split(',')[0].Split(' ');
        return words.Length >= 2 && double.TryParse(words[0], CultureInfo.InvariantCulture, out double number)
            ? (number, words[1])
            : throw new FormatException($"'{text}' begins with no number and unit.");
    }

    /// <summary>The seconds that the text begins with.</summary>
    public static double Seconds(string text)
    {
        (double number, string unit) = Parse(text);
        return unit switch
        {
            "s" => number,
            "ms" => number / 1e3,
            "us" => number / 1e6,
            _ => throw new FormatException($"'{text}' begins with no time."),
        };
    }
}
