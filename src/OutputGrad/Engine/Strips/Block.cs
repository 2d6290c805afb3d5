using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>All strips of the rows over one block of classes: a view of the workspace.</summary>
internal readonly unsafe struct Block<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Which block of the layer's classes it is.</summary>
    public required int Index { get; init; }

    public required int Classes { get; init; }

    /// <summary>The first strip's <see cref="Strip{T}.Lines"/>; the next strip's stand <see cref="StripStride"/> further.</summary>
    public required T* Lines { get; init; }

    public required nint StripStride { get; init; }

    public required RowState* Rows { get; init; }

    /// <summary>How many rows are not padding.</summary>
    public required int LiveRows { get; init; }

    /// <summary>Those of the first strip.</summary>
    public required BlockStatistics<T> Statistics { get; init; }

    /// <summary>Whether there is a <see cref="Mask"/>.</summary>
    public required bool IsFiltered { get; init; }

    public required FilterMask<T> Mask { get; init; }

    /// <summary>The first class, counted from the layer's.</summary>
    public int FirstClass => Index * Blocking.BlockClasses;

    public int Strips => Blocking.Divide(LiveRows, Lanes<T>.Count);

    public T* LinesOf(int strip) => Lines + (strip * StripStride);

    public Strip<T> Strip(int strip) => Strip(strip, LinesOf(strip));

    /// <summary>The strip with other lines than those that are stored.</summary>
    public Strip<T> Strip(int strip, T* lines) => new()
    {
        Lines = lines,
        FirstClass = FirstClass,
        Classes = Classes,
        Rows = Rows + ((nint)strip * Lanes<T>.Count),
        LiveRows = Math.Min(Lanes<T>.Count, LiveRows - (strip * Lanes<T>.Count)),
        Statistics = Statistics.At((nint)strip * Lanes<T>.Count),
        Mask = IsFiltered ? Mask.Of(Index, strip) : default,
    };
}
