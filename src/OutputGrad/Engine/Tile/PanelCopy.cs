using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>Copies between matrices and the panels and tiles that hold parts of them.</summary>
internal static unsafe class PanelCopy<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Copies one row's <paramref name="live"/> elements, widened where they are stored in 16 bits, and clears the rest up to
    /// <paramref name="width"/>.
    /// </summary>
    public static void Row<TStored>(TStored* source, int live, T* destination, int width)
        where TStored : unmanaged
    {
        int d = 0;
        for (; d <= live - TSimd.Count; d += TSimd.Count)
        {
            TSimd.Store(TSimd.Widen(source + d), destination + d);
        }

        for (; d < live; d++)
        {
            destination[d] = Widening.Number<TStored, T>(source[d]);
        }

        for (; d < width; d++)
        {
            destination[d] = T.Zero;
        }
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
