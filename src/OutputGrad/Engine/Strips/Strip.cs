using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>A strip of rows, 64 bytes of them, over one block of classes: a view of the workspace.</summary>
/// <remarks>
/// <code>
/// lines       [class][row in strip]
/// </code>
/// Logits first; exponentials and then residuals take their place.
/// </remarks>
internal readonly unsafe struct Strip<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T* Lines { get; init; }

    /// <summary>The first class of the block, counted from the layer's.</summary>
    public required int FirstClass { get; init; }

    public required int Classes { get; init; }

    public required RowState* Rows { get; init; }

    /// <summary>How many rows are not padding.</summary>
    public required int LiveRows { get; init; }

    public required BlockStatistics<T> Statistics { get; init; }

    /// <summary>What a filter leaves of the residuals; where there is one.</summary>
    public required StripMask<T> Mask { get; init; }

    /// <summary>The numbers of all classes and rows.</summary>
    public int Elements => Classes * Lanes<T>.Count;

    /// <summary>
    /// Where the residual of a row's true class is, counted from <see cref="Lines"/>; false where that is in another block.
    /// </summary>
    public bool TryTarget(int lane, out int at)
    {
        int c = Rows[lane].Target - FirstClass;
        at = (c * Lanes<T>.Count) + lane;
        return (uint)c < (uint)Classes;
    }
}
