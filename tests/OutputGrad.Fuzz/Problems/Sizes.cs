namespace OutputGrad.Fuzz.Problems;

/// <summary>How large a problem is: mostly small, and often around the end of a vector or a block.</summary>
internal static class Sizes
{
    private const int MostNumbers = 1 << 13, MostProducts = 1 << 16;

    private static readonly int[] Edges =
        [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 129, 255, 257, 511, 512, 513, 1_023, 1_024, 1_025];

    /// <summary>From 1 on.</summary>
    public static int Read(FuzzInput input) => input.Below(4) switch
    {
        0 => 1 + input.Below(5),
        1 => 1 + input.Below(40),
        2 => Edges[input.Below(16)],
        _ => Edges[input.Below(Edges.Length)],
    };

    /// <summary>Rows and classes, as many as guard pages hold.</summary>
    public static (int Rows, int Classes) ReadLogits(FuzzInput input)
    {
        (int rows, int classes) = (Read(input), Read(input));
        return (Math.Clamp(MostNumbers / classes, 1, rows), classes);
    }

    /// <summary>The same of a layer, whose oracle takes time.</summary>
    public static (int Rows, int Classes, int Features) ReadLayer(FuzzInput input)
    {
        (int rows, int classes, int features) = (Read(input), Read(input), Read(input));
        features = Math.Clamp(MostNumbers / classes, 1, features);
        int most = Math.Min(MostNumbers / Math.Max(classes, features), MostProducts / (classes * features));
        return (Math.Clamp(rows, 1, Math.Max(most, 1)), classes, features);
    }
}
