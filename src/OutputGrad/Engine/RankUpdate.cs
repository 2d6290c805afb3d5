using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>What a rank update does with what is there already, and how it reaches memory.</summary>
internal enum RankUpdateWrite
{
    Overwrites,
    Adds,

    /// <summary>Overwrites without reading the destination into the caches first.</summary>
    PassesCaches,
}

/// <summary>Few vectors times few numbers: one row of an outer product of small rank, and a few rows added into one.</summary>
internal static unsafe class RankUpdate<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The most rows of <see cref="AddRows"/>: streams enough to keep memory busy.</summary>
    public const int Rows = 4;

    /// <summary>sum[d] += sum over i of factors[i] matrix[i, d], in order.</summary>
    /// <param name="matrix">The first of the rows.</param>
    /// <param name="stride">From one to the next, which is their length too.</param>
    /// <param name="rows">How many, 1 to <see cref="Rows"/>.</param>
    /// <param name="factors">One for each row.</param>
    /// <param name="sum">As long as the rows.</param>
    public static void AddRows(T* matrix, int stride, int rows, T* factors, T* sum)
    {
        if (rows < Rows)
        {
            for (int row = 0; row < rows; row++, matrix += stride)
            {
                AddRow(matrix, stride, factors[row], sum);
            }

            return;
        }

        T* row1 = matrix + stride;
        T* row2 = row1 + stride;
        T* row3 = row2 + stride;
        TVector factor0 = TSimd.Broadcast(factors[0]);
        TVector factor1 = TSimd.Broadcast(factors[1]);
        TVector factor2 = TSimd.Broadcast(factors[2]);
        TVector factor3 = TSimd.Broadcast(factors[3]);
        int d = 0;
        for (; d <= stride - TSimd.Count; d += TSimd.Count)
        {
            TVector value = TSimd.MultiplyAdd(factor0, TSimd.Load(matrix + d), TSimd.Load(sum + d));
            value = TSimd.MultiplyAdd(factor1, TSimd.Load(row1 + d), value);
            value = TSimd.MultiplyAdd(factor2, TSimd.Load(row2 + d), value);
            value = TSimd.MultiplyAdd(factor3, TSimd.Load(row3 + d), value);
            TSimd.Store(value, sum + d);
        }

        for (; d < stride; d++)
        {
            T value = T.MultiplyAddEstimate(factors[0], matrix[d], sum[d]);
            value = T.MultiplyAddEstimate(factors[1], row1[d], value);
            value = T.MultiplyAddEstimate(factors[2], row2[d], value);
            sum[d] = T.MultiplyAddEstimate(factors[3], row3[d], value);
        }
    }

    /// <summary>destination[d] (+)= sum over n of factors[n stride] vectors[n][d], in order.</summary>
    /// <param name="factors">The first factor.</param>
    /// <param name="stride">From one factor to the next.</param>
    /// <param name="vectors">As many as there are factors.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="destination">As long as the vectors.</param>
    /// <param name="length">How long they are.</param>
    /// <param name="write">How the result is written.</param>
    public static void Write(T* factors, nint stride, T** vectors, int count, T* destination, int length, RankUpdateWrite write)
    {
        int d = 0;
        if (write == RankUpdateWrite.PassesCaches)
        {
            int vectorBytes = TSimd.Count * sizeof(T);
            int head = (int)((vectorBytes - ((nint)destination & (vectorBytes - 1))) & (vectorBytes - 1)) / sizeof(T);
            for (; d < Math.Min(head, length); d++)
            {
                destination[d] = Sum(factors, stride, vectors, count, d);
            }

            for (; d <= length - TSimd.Count; d += TSimd.Count)
            {
                TSimd.StoreAlignedPastCaches(VectorSum(factors, stride, vectors, count, d), destination + d);
            }
        }

        for (; d <= length - TSimd.Count; d += TSimd.Count)
        {
            TVector sum = VectorSum(factors, stride, vectors, count, d);
            TSimd.Store(write == RankUpdateWrite.Adds ? TSimd.Add(TSimd.Load(destination + d), sum) : sum, destination + d);
        }

        for (; d < length; d++)
        {
            T sum = Sum(factors, stride, vectors, count, d);
            destination[d] = write == RankUpdateWrite.Adds ? destination[d] + sum : sum;
        }
    }

    private static void AddRow(T* row, int length, T factor, T* sum)
    {
        TVector broadcast = TSimd.Broadcast(factor);
        int d = 0;
        for (; d <= length - TSimd.Count; d += TSimd.Count)
        {
            TSimd.Store(TSimd.MultiplyAdd(broadcast, TSimd.Load(row + d), TSimd.Load(sum + d)), sum + d);
        }

        for (; d < length; d++)
        {
            sum[d] = T.MultiplyAddEstimate(factor, row[d], sum[d]);
        }
    }

    private static TVector VectorSum(T* factors, nint stride, T** vectors, int count, int d)
    {
        TVector sum = TSimd.Multiply(TSimd.Broadcast(factors[0]), TSimd.Load(vectors[0] + d));
        for (int n = 1; n < count; n++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(factors[n * stride]), TSimd.Load(vectors[n] + d), sum);
        }

        return sum;
    }

    private static T Sum(T* factors, nint stride, T** vectors, int count, int d)
    {
        T sum = factors[0] * vectors[0][d];
        for (int n = 1; n < count; n++)
        {
            sum = T.MultiplyAddEstimate(factors[n * stride], vectors[n][d], sum);
        }

        return sum;
    }
}
