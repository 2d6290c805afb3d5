using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>A few rows of a matrix times one vector.</summary>
/// <remarks>
/// The sum has the same shape at every vector width: 64 bytes of lanes, element d in lane d mod lanes, then the upper half of the lanes is added to
/// the lower until one is left. Where a vector holds fewer lanes, the rows are gone over once for each part of them, from the nearest cache.
/// </remarks>
internal static unsafe class DotProducts<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows at a time: as many chains as hide the latency of an addition.</summary>
    public const int Rows = 4;

    /// <param name="matrix">The first of the rows.</param>
    /// <param name="stride">From one to the next, which is their length too.</param>
    /// <param name="rows">How many, 1 to <see cref="Rows"/>.</param>
    /// <param name="vector">As long as the rows.</param>
    /// <param name="destination">One result for each row.</param>
    public static void Multiply(T* matrix, int stride, int rows, T* vector, T* destination)
    {
        int laneCount = Chunk<T>.Lanes;
        int whole = stride - (stride % laneCount);
        T* lanes = stackalloc T[Rows * laneCount];

        // a row that is not there is the last one again
        T* row1 = matrix + ((nint)Math.Min(1, rows - 1) * stride);
        T* row2 = matrix + ((nint)Math.Min(2, rows - 1) * stride);
        T* row3 = matrix + ((nint)Math.Min(3, rows - 1) * stride);
        for (int lane = 0; lane < laneCount; lane += TSimd.Count)
        {
            TVector sum0 = TSimd.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0;
            for (int d = lane; d < whole; d += laneCount)
            {
                TVector v = TSimd.Load(vector + d);
                sum0 = TSimd.MultiplyAdd(TSimd.Load(matrix + d), v, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Load(row1 + d), v, sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Load(row2 + d), v, sum2);
                sum3 = TSimd.MultiplyAdd(TSimd.Load(row3 + d), v, sum3);
            }

            TSimd.Store(sum0, lanes + lane);
            TSimd.Store(sum1, lanes + laneCount + lane);
            TSimd.Store(sum2, lanes + (2 * laneCount) + lane);
            TSimd.Store(sum3, lanes + (3 * laneCount) + lane);
        }

        for (int row = 0; row < rows; row++, lanes += laneCount, matrix += stride)
        {
            for (int d = whole; d < stride; d++)
            {
                lanes[d - whole] = T.MultiplyAddEstimate(matrix[d], vector[d], lanes[d - whole]);
            }

            for (int half = laneCount / 2; half > 0; half /= 2)
            {
                for (int lane = 0; lane < half; lane++)
                {
                    lanes[lane] += lanes[lane + half];
                }
            }

            destination[row] = lanes[0];
        }
    }
}
