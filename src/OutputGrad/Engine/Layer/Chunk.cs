using System.Numerics;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Layer;

/// <summary>
/// The rows that are worked on at a time, with all that is held of them: the layout of the workspace.
/// </summary>
/// <remarks>
/// <code>
/// logits      [block of 512 classes][strip of 64 bytes of rows][class][row in strip]
/// </code>
/// Classes-major inside a strip, so that a vector holds one class of 16 (double: 8) rows and the softmax runs down the lanes without a
/// horizontal step; and so that all three products read it as it lies: a class's rows side by side for dL/dW, a row's classes one line
/// apart for dL/dH. Exponentials and then residuals take the logits' place.
/// <code>
/// hidden columns      [group of 3 strips][panel][feature][row]       the vector side of the logits
/// hidden rows         [panel of features][row][feature]              the vector side of dL/dW
/// hidden gradient     [panel of features][row][feature]              sums over the blocks of classes
/// </code>
/// Rows are padded to whole strips; what is padded takes part where vectors do, as zeros, and is never written out.
/// </remarks>
internal unsafe struct Chunk<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Rows;
    public int Features;
    public int Classes;
    public T* Logits;
    public T* HiddenColumns;
    public T* HiddenRows;
    public T* HiddenGradient;

    /// <summary>
    /// Whether the rows are consecutive ones of the caller's, as they are multiplied and so few that panels of them are not worth a copy:
    /// then only the last panel is one, where it has padding.
    /// </summary>
    public bool IsInPlace;

    /// <summary>Of the first block and strip.</summary>
    public BlockStatistics<T> Statistics;
    public RowState* RowStates;

    /// <summary>Whether small residuals are left out of products, and then which are not.</summary>
    public bool Filters;
    public FilterMask<T> Mask;

    public readonly int Strips => Blocking.Divide(Rows, Lanes<T>.Count);

    public readonly int PaddedRows => Strips * Lanes<T>.Count;

    public readonly long PaddedFeatures => (long)Blocking.Divide(Features, Lanes<T>.Count) * Lanes<T>.Count;

    public readonly int Blocks => Blocking.Divide(Classes, Blocking.BlockClasses);

    public readonly int Groups => Blocking.Divide(Strips, Blocking.GroupStrips);

    /// <summary>The strips of all rows over a block of classes.</summary>
    /// <param name="block">Which block.</param>
    /// <param name="firstStored">The first block whose logits are in <see cref="Logits"/>.</param>
    public readonly Block<T> Block(int block, int firstStored) => new()
    {
        Index = block,
        Classes = ClassesOf(block),
        Lines = Logits + ((block - firstStored) * BlockStride),
        StripStride = StripStride(block),
        Rows = RowStates,
        LiveRows = Rows,
        Statistics = Statistics.At((nint)block * PaddedRows),
        IsFiltered = Filters,
        Mask = Mask,
    };

    /// <summary>A strip's rows over all blocks of classes.</summary>
    public readonly StripBlocks<T> BlocksOf(int strip) => new()
    {
        Rows = RowStates + ((nint)strip * Lanes<T>.Count),
        LiveRows = Math.Min(Lanes<T>.Count, Rows - (strip * Lanes<T>.Count)),
        Statistics = Statistics.At((nint)strip * Lanes<T>.Count),
        Blocks = Blocks,
        BlockStride = PaddedRows,
    };

    public readonly int FirstStrip(int group) => Math.Min(group * Blocking.GroupStrips, Strips);

    /// <summary>
    /// From a strip of a block to the next: a cache line more than its classes take, because 512 of them are a power of two, and the same
    /// classes of all strips, which dL/dW reads one after the other, would share a few sets of every cache.
    /// </summary>
    public readonly nint StripStride(int block) =>
        (((nint)Blocking.Divide(ClassesOf(block), Blocking.TileHeight) * Blocking.TileHeight) + 1) * Lanes<T>.Count;

    /// <summary>From a block to the next.</summary>
    public readonly nint BlockStride => StripStride(0) * Strips;

    /// <summary>Room for the numbers per block and row.</summary>
    public void TakeStatistics(ref WorkspaceCursor cursor)
    {
        long count = (long)Blocks * PaddedRows;
        Statistics = new()
        {
            Max = cursor.Take<T>(count),
            Sum = cursor.Take<T>(count),
            ArgMax = cursor.Take<T>(count),
            Gap = cursor.Take<double>(count),
            TargetSum = cursor.Take<double>(count),
            Spread = cursor.Take<T>(count),
            Before = cursor.Take<ushort>(count),
        };
    }

    private readonly int ClassesOf(int block) => Math.Min(Blocking.BlockClasses, Classes - (block * Blocking.BlockClasses));
}
