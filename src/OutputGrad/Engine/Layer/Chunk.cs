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
    public FilterMask<T> FilterMask;

    /// <summary>Once a block's residuals are there: the sum of the magnitudes that were left out of dL/dH, in place of what is no longer needed.</summary>
    public readonly T* HiddenMass => (T*)Gap;

    /// <summary>Likewise of dL/dW.</summary>
    public readonly T* WeightMass => (T*)TargetSum;

    public readonly int Strips => Blocking.Divide(Rows, Lanes<T>.Count);

    public readonly int PaddedRows => Strips * Lanes<T>.Count;

    public readonly long PaddedFeatures => (long)Blocking.Divide(Features, Lanes<T>.Count) * Lanes<T>.Count;

    public readonly int Blocks => Blocking.Divide(Classes, Blocking.BlockClasses);

    public readonly int Groups => Blocking.Divide(Strips, Blocking.GroupStrips);

    public readonly int ClassesOf(int block) => Math.Min(Blocking.BlockClasses, Classes - (block * Blocking.BlockClasses));

    /// <summary>
    /// From a strip of a block to the next: a cache line more than its classes take, because 512 of them are a power of two, and the same classes of
    /// all strips, which dL/dW reads one after the other, would share a few sets of every cache.
    /// </summary>
    public readonly nint StripStride(int block) => (((nint)Blocking.Divide(ClassesOf(block), Blocking.TileHeight) * Blocking.TileHeight) + 1) * Lanes<T>.Count;

    /// <summary>From a block to the next.</summary>
    public readonly nint BlockStride => StripStride(0) * Strips;

    public readonly T* Block(int block) => Logits + ((block - FirstStoredBlock) * BlockStride);

    /// <summary>A strip's place in one of the arrays per block and row.</summary>
    public readonly nint At(int block, int strip) => ((nint)block * PaddedRows) + ((nint)strip * Lanes<T>.Count);

    public readonly RowState* RowsOf(int strip) => RowStates + ((nint)strip * Lanes<T>.Count);

    /// <summary>How many rows of the strip are not padding.</summary>
    public readonly int LiveRows(int strip) => Math.Min(Lanes<T>.Count, Rows - (strip * Lanes<T>.Count));

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
}
