using System.Numerics;

namespace OutputGrad.Engine.Strips;

/// <summary>A strip of rows over all blocks of classes: what they say about the rows.</summary>
internal readonly unsafe struct StripBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required RowState* Rows { get; init; }

    /// <summary>How many rows are not padding.</summary>
    public required int LiveRows { get; init; }

    /// <summary>Those of the first block.</summary>
    public required BlockStatistics<T> Statistics { get; init; }

    public required int Blocks { get; init; }

    /// <summary>From a block's statistics to the next one's.</summary>
    public required nint BlockStride { get; init; }

    /// <summary>Where a block's numbers about a row are.</summary>
    public nint At(int block, int lane) => (block * BlockStride) + lane;
}
