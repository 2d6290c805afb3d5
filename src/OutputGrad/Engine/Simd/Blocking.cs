namespace OutputGrad.Engine.Simd;

/// <summary>
/// Where rows, classes and features are cut, whatever the hardware is: the cuts are where chains of additions end, so bits depend on them.
/// </summary>
internal static class Blocking
{
    /// <summary>Classes of a block: its logits for a group of rows fit the second-level cache beside the weights' panel (96 KiB).</summary>
    public const int BlockClasses = 512;

    /// <summary>
    /// The longest chain of additions over features, and the depth of a panel of hidden vectors that stays in the second-level cache (1024
    /// x 192 bytes). Longer sums are added up run by run, which also keeps their rounding error down.
    /// </summary>
    public const int RunFeatures = 1024;

    /// <summary>
    /// The tallest register tile; a block's classes are padded to it. A filter decides for as many classes, or rows, together.
    /// </summary>
    public const int TileHeight = 8;

    /// <summary>
    /// Classes that are summed in one accumulator before a second one takes their sum: chains of 8 + 16 additions of four at a time instead
    /// of 512.
    /// </summary>
    public const int SummedClasses = 32;

    /// <summary>Strips that one worker takes at a time: the widest tile of 512-bit vectors.</summary>
    public const int GroupStrips = 3;

    /// <summary>Divides and rounds up.</summary>
    public static int Divide(int count, int by) => (int)(((long)count + by - 1) / by);
}
