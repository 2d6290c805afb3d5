using System.Globalization;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>The sizes of one output-layer problem: rows of the batch, features of a hidden vector, classes.</summary>
internal readonly record struct LayerShape(int Rows, int Features, int Classes)
{
    /// <summary>The operations of the three matrix products: logits, weight gradient, hidden gradient.</summary>
    public double Flops => 6.0 * Rows * Features * Classes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows}x{Features}x{Classes}");

    /// <summary>Reads rows x features x classes, like 256x1024x16384, and throws where the text is no such thing.</summary>
    public static LayerShape Parse(string text) =>
        TryParse(text, out LayerShape shape) ? shape : throw new FormatException($"'{text}' is no shape.");

    /// <summary>Reads rows x features x classes, like 256x1024x16384.</summary>
    public static bool TryParse(string text, out LayerShape shape)
    {
        int[] sizes = Sizes.Parse(text);
        bool isShape = sizes.Length == 3;
        shape = isShape ? new LayerShape(sizes[0], sizes[1], sizes[2]) : default;
        return isShape;
    }
}
