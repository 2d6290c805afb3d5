using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>What the filters leave of a strip's residuals of one block: a view of a <see cref="FilterMask{T}"/>.</summary>
internal readonly unsafe struct StripMask<T>(ushort* classes, ushort* rows, int strips)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For the 8 rows from a lane on: how many classes remain, and then which, counted from the block's first.</summary>
    public ushort* Classes(int lane) => classes + (lane / Blocking.TileHeight * FilterMask<T>.ListLength);

    /// <summary>For the 8 classes around one, counted from the block's first: the rows that remain, a bit each.</summary>
    public ref ushort Rows(int c) => ref Unsafe.AsRef<ushort>(rows + ((nint)(c / Blocking.TileHeight) * strips));
}
