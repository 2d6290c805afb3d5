using System.Globalization;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Sizes written with an x between them, like 256x1024x16384.</summary>
internal static class Sizes
{
    /// <summary>The sizes in the text, or none where it is not just positive numbers with an x between them.</summary>
    public static int[] Parse(string text)
    {
        int[] sizes = [.. text.Split('x').Select(Size)];
        return sizes.All(size => size > 0) ? sizes : [];

        static int Size(string part) => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0;
    }
}
