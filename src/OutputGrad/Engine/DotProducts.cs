using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine;

/// <summary>A few rows of a matrix times one or two vectors.</summary>
/// <remarks>
/// The sum has the same shape at every vector width: 64 bytes of lanes, element d in lane d mod lanes, then the upper half of the lanes is added to
/// the lower until one is left, then the ragged end. Where a vector holds fewer lanes, the rows are gone over once for each part of them, from the nearest cache.
/// </remarks>
internal static unsafe class DotProducts<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows at a time: with two vectors as many chains as hide the latency of an addition.</summary>
    public const int Rows = 4;

    /// <param name="matrix">The first of the rows.</param>
    /// <param name="stride">From one to the next, which is their length too.</param>
    /// <param name="rows">How many, 1 to <see cref="Rows"/>.</param>
    /// <param name="first">A vector as long as the rows.</param>
    /// <param name="second">Another one, of two.</param>
    /// <param name="firstResults">A result for each row, <see cref="Chunk{T}.Lanes"/> apart.</param>
    /// <param name="secondResults">And with the second vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TRows>(T* matrix, int stride, int rows, T* first, T* second, T* firstResults, T* secondResults)
        where TRows : IRowsAtATime
    {
        int laneCount = Chunk<T>.Lanes;
        int whole = stride & -laneCount;
        T* lanes = stackalloc T[2 * Rows * laneCount];

        // a row that is not there is the last one again
        T* row1 = matrix + ((nint)Math.Min(1, rows - 1) * stride);
        T* row2 = matrix + ((nint)Math.Min(2, rows - 1) * stride);
        T* row3 = matrix + ((nint)Math.Min(3, rows - 1) * stride);
        for (int lane = 0; lane < laneCount; lane += TSimd.Count)
        {
            TVector first0 = TSimd.Broadcast(T.Zero), first1 = first0, first2 = first0, first3 = first0;
            TVector second0 = first0, second1 = first0, second2 = first0, second3 = first0;
            for (int d = lane; d < whole; d += laneCount)
            {
                TVector v = TSimd.Load(first + d);
                TVector w = TRows.AreTwo ? TSimd.Load(second + d) : v;
                TVector row = TSimd.Load(matrix + d);
                first0 = TSimd.MultiplyAdd(row, v, first0);
                second0 = TRows.AreTwo ? TSimd.MultiplyAdd(row, w, second0) : second0;
                row = TSimd.Load(row1 + d);
                first1 = TSimd.MultiplyAdd(row, v, first1);
                second1 = TRows.AreTwo ? TSimd.MultiplyAdd(row, w, second1) : second1;
                row = TSimd.Load(row2 + d);
                first2 = TSimd.MultiplyAdd(row, v, first2);
                second2 = TRows.AreTwo ? TSimd.MultiplyAdd(row, w, second2) : second2;
                row = TSimd.Load(row3 + d);
                first3 = TSimd.MultiplyAdd(row, v, first3);
                second3 = TRows.AreTwo ? TSimd.MultiplyAdd(row, w, second3) : second3;
            }

            TSimd.Store(first0, lanes + lane);
            TSimd.Store(first1, lanes + laneCount + lane);
            TSimd.Store(first2, lanes + (2 * laneCount) + lane);
            TSimd.Store(first3, lanes + (3 * laneCount) + lane);
            TSimd.Store(second0, lanes + (4 * laneCount) + lane);
            TSimd.Store(second1, lanes + (5 * laneCount) + lane);
            TSimd.Store(second2, lanes + (6 * laneCount) + lane);
            TSimd.Store(second3, lanes + (7 * laneCount) + lane);
        }

        for (int row = 0; row < rows; row++, matrix += stride)
        {
            T* end = matrix + whole;
            firstResults[row * laneCount] = Sum(lanes + (row * laneCount)) + RaggedEnd(end, first + whole, stride - whole);
            if (TRows.AreTwo)
            {
                secondResults[row * laneCount] = Sum(lanes + ((Rows + row) * laneCount)) + RaggedEnd(end, second + whole, stride - whole);
            }
        }
    }

    /// <summary>64 bytes of lanes, by halves.</summary>
    private static T Sum(T* lanes)
    {
        int quarter = Vector128<T>.Count;
        Vector128<T> even = Vector128.Load(lanes) + Vector128.Load(lanes + (2 * quarter));
        Vector128<T> odd = Vector128.Load(lanes + quarter) + Vector128.Load(lanes + (3 * quarter));
        Vector128<T> sum = even + odd;
        return typeof(T) == typeof(float) ? sum[0] + sum[2] + (sum[1] + sum[3]) : sum[0] + sum[1];
    }

    private static T RaggedEnd(T* row, T* vector, int count)
    {
        T sum = T.Zero;
        for (int d = 0; d < count; d++)
        {
            sum = T.MultiplyAddEstimate(row[d], vector[d], sum);
        }

        return sum;
    }
}
