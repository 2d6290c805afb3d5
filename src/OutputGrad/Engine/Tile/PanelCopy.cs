using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>Copies between matrices and the panels and tiles that hold parts of them.</summary>
internal static unsafe class PanelCopy<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Copies one row's <paramref name="live"/> elements and clears the rest up to <paramref name="width"/>.</summary>
    public static void Row(T* source, int live, T* destination, int width)
    {
        int d = 0;
        for (; d <= live - TSimd.Count; d += TSimd.Count)
        {
            TSimd.Store(TSimd.Load(source + d), destination + d);
        }

        for (; d < live; d++)
        {
            destination[d] = source[d];
        }

        for (; d < width; d++)
        {
            destination[d] = T.Zero;
        }
    }

    /// <summary>Some rows with zeros below them up to a tile's height, so that the full tile may read them.</summary>
    public static T* PadRows(T* rows, int stride, int count, int depth, T* padded)
    {
        new Span<T>(padded, RegisterTile<TSimd, TVector, T>.Height * depth).Clear();
        for (int row = 0; row < count; row++)
        {
            new ReadOnlySpan<T>(rows + ((nint)row * stride), depth).CopyTo(new Span<T>(padded + ((nint)row * depth), depth));
        }

        return padded;
    }

    /// <summary>Copies elements without reading what they overwrite into the caches; the destination is aligned to an element.</summary>
    public static void PastCaches(T* source, T* destination, int count)
    {
        int vectorBytes = TSimd.Count * sizeof(T);
        int d = Math.Min(count, (int)(-(nint)destination & (vectorBytes - 1)) / sizeof(T));
        new ReadOnlySpan<T>(source, d).CopyTo(new Span<T>(destination, d));
        for (; d <= count - TSimd.Count; d += TSimd.Count)
        {
            TSimd.StoreAlignedPastCaches(TSimd.Load(source + d), destination + d);
        }

        new ReadOnlySpan<T>(source + d, count - d).CopyTo(new Span<T>(destination + d, count - d));
    }

    /// <summary>The part of a tile that lies inside the matrix.</summary>
    public static void WriteLive(T* tile, int tileStride, int rows, int columns, T* destination, int stride, TileResult result)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                T value = tile[(row * tileStride) + column];
                T* to = destination + ((nint)row * stride) + column;
                *to = result == TileResult.Adds ? *to + value : value;
            }
        }
    }
}
