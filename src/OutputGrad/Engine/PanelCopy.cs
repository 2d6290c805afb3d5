using System.Numerics;

namespace OutputGrad.Engine;

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
