using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>Copies parts of the caller's matrices, widened where their numbers are of 16 bits.</summary>
internal static unsafe class WideningCopy<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Some columns of some rows.</summary>
    /// <param name="matrix">The caller's.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="columns">The first column, and how many.</param>
    /// <param name="destination">Where the rows go, one behind the other.</param>
    /// <param name="width">How long they are there; zeros follow the columns.</param>
    public static void Rows(
        in StoredMatrix<T> matrix, long first, int count, (int First, int Count) columns, T* destination, int width)
    {
        switch (matrix.Format)
        {
            case NumberFormat.Half:
                Rows<Half>(matrix, first, count, columns, destination, width);
                break;
            case NumberFormat.BFloat16:
                Rows<BFloat16>(matrix, first, count, columns, destination, width);
                break;
            default:
                Rows<T>(matrix, first, count, columns, destination, width);
                break;
        }
    }

    private static void Rows<TStored>(
        in StoredMatrix<T> matrix, long first, int count, (int First, int Count) columns, T* destination, int width)
        where TStored : unmanaged
    {
        for (int row = 0; row < count; row++, destination += width)
        {
            PanelCopy<TSimd, TVector, T>.Row(matrix.Row<TStored>(first + row) + columns.First, columns.Count, destination, width);
        }
    }
}
