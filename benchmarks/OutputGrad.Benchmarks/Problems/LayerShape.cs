using System.Globalization;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>The sizes of one output-layer problem: rows of the batch, features of a hidden vector, classes.</summary>
internal readonly record struct LayerShape(int Rows, int Features, int Classes)
{
    /// <summary>The operations of the three matrix products: logits, weight gradient, hidden gradient.</summary>
    public double Flops => 6.0 * Rows * Features * Classes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows}x{Features}x{Classes}");

    public static LayerShape Parse(string text)
    {
        string[] parts = text.Split('x');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int rows)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int features)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int classes)
            && rows > 0 && features > 0 && classes > 0
            ? new LayerShape(rows, features, classes)
            : throw new FormatException($"'{text}' is no shape; one reads rows x features x classes, like 256x1024x16384.");
    }
}
