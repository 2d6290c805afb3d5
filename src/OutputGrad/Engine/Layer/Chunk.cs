using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>
/// The rows that are worked on at a time, with all that is held of them: the layout of the workspace.
/// </summary>
/// <remarks>
/// <code>
/// logits      [block of 512 classes][strip of 64 bytes of rows][class][row in strip]
/// </code>
/// Classes-major inside a strip, so that a vector holds one class of 16 (double: 8) rows and the softmax runs down the lanes without a
/// horizontal step; and so that all three products read it as it lies: a class's rows side by side for dL/dW, a row's classes one line apart
/// for dL/dH. Exponentials and then residuals take the logits' place.
/// <code>
/// hidden columns      [group of 3 strips][panel][feature][row]       the vector side of the logits
/// hidden rows         [panel of features][row][feature]              the vector side of dL/dW
/// hidden gradient     [panel of features][row][feature]              sums over the blocks of classes
/// </code>
/// Rows are padded to whole strips with zeros; they take part in everything and are never written out.
/// </remarks>
internal unsafe struct Chunk<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Classes of a block: its logits for a group of rows fit the second-level cache beside the weights' panel (96 KiB).</summary>
    public const int BlockClasses = 512;

    /// <summary>
    /// The longest chain of additions over features, and the depth of a panel of hidden vectors that stays in the second-level cache (1024 x 192
    /// bytes). Longer sums are added up run by run, which also keeps their rounding error down.
    /// </summary>
    public const int DepthBlock = 1024;

    /// <summary>A block's classes are padded to whole tiles of at most this height.</summary>
    public const int TileHeight = 8;

    /// <summary>Strips that one worker takes at a time: the widest tile of 512-bit vectors.</summary>
    public const int GroupStrips = 3;

    public int Rows;
    public int Features;
    public int Classes;

    /// <summary>The first block whose logits are in <see cref="Logits"/>.</summary>
    public int FirstStoredBlock;
    public T* Logits;
    public T* HiddenColumns;
    public T* HiddenRows;
    public T* HiddenGradient;

    // per block and row
    public T* Max;
    public T* Sum;
    public T* ArgMax;
    public double* Gap;
    public double* TargetSum;

    public RowState* RowStates;

    /// <summary>Whether small residuals are left out of products, and then which are not.</summary>
    public bool Filters;
    public Survivors<T> Survivors;

    /// <summary>Rows of a strip: one cache line, and one vector where they are widest.</summary>
    public static int Lanes => 64 / sizeof(T);

    /// <summary>Once a block's residuals are there: the sum of the magnitudes that were left out of dL/dH, in place of what is no longer needed.</summary>
    public readonly T* HiddenMass => (T*)Gap;

    /// <summary>Likewise of dL/dW.</summary>
    public readonly T* WeightMass => (T*)TargetSum;

    public readonly int Strips => Divide(Rows, Lanes);

    public readonly int PaddedRows => Strips * Lanes;

    public readonly long PaddedFeatures => (long)Divide(Features, Lanes) * Lanes;

    public readonly int Blocks => Divide(Classes, BlockClasses);

    public readonly int Groups => Divide(Strips, GroupStrips);

    public readonly int ClassesOf(int block) => Math.Min(BlockClasses, Classes - (block * BlockClasses));

    /// <summary>
    /// From a strip of a block to the next: a cache line more than its classes take, because 512 of them are a power of two, and the same classes of
    /// all strips, which dL/dW reads one after the other, would share a few sets of every cache.
    /// </summary>
    public readonly nint StripStride(int block) => (((nint)Divide(ClassesOf(block), TileHeight) * TileHeight) + 1) * Lanes;

    /// <summary>From a block to the next.</summary>
    public readonly nint BlockStride => StripStride(0) * Strips;

    public readonly T* Block(int block) => Logits + ((block - FirstStoredBlock) * BlockStride);

    /// <summary>A strip's place in one of the arrays per block and row.</summary>
    public readonly nint At(int block, int strip) => ((nint)block * PaddedRows) + ((nint)strip * Lanes);

    public readonly RowState* RowsOf(int strip) => RowStates + ((nint)strip * Lanes);

    /// <summary>How many rows of the strip are not padding.</summary>
    public readonly int LiveRows(int strip) => Math.Min(Lanes, Rows - (strip * Lanes));

    /// <summary>Room for the numbers per block and row.</summary>
    public void TakeStatistics(ref WorkspaceCursor cursor)
    {
        long count = (long)Blocks * PaddedRows;
        Max = cursor.Take<T>(count);
        Sum = cursor.Take<T>(count);
        ArgMax = cursor.Take<T>(count);
        Gap = cursor.Take<double>(count);
        TargetSum = cursor.Take<double>(count);
    }

    /// <summary>Rounds up.</summary>
    public static int Divide(int count, int by) => (int)(((long)count + by - 1) / by);
}
