using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>Copies rows of a matrix, or the part of them that a panel holds, between strides.</summary>
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
}
