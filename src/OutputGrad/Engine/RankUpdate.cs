using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>sum[d] += sum over i of factors[i] rows[i][d], in order, for one or two sets of factors and sums.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="factors">For each row a line of factors.</param>
    /// <param name="count">How many rows, 1 to <see cref="Rows"/>.</param>
    /// <param name="lanes">Which factor of a line is the first sum's and which the second's.</param>
    /// <param name="firstSum">As long as the rows.</param>
    /// <param name="secondSum">Likewise.</param>
    /// <param name="length">How long they are.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<TRows>(T** rows, T** factors, int count, (int First, int Second) lanes, T* firstSum, T* secondSum, int length)
        where TRows : IRowsAtATime
    {
        if (count < Rows)
        {
            for (int i = 0; i < count; i++)
            {
                AddRow<TRows>(rows[i], length, (factors[i][lanes.First], factors[i][lanes.Second]), firstSum, secondSum);
            }

            return;
        }

        T* row0 = rows[0], row1 = rows[1], row2 = rows[2], row3 = rows[3];
        TVector first0 = TSimd.Broadcast(factors[0][lanes.First]), first1 = TSimd.Broadcast(factors[1][lanes.First]);
        TVector first2 = TSimd.Broadcast(factors[2][lanes.First]), first3 = TSimd.Broadcast(factors[3][lanes.First]);
        TVector second0 = TSimd.Broadcast(factors[0][lanes.Second]), second1 = TSimd.Broadcast(factors[1][lanes.Second]);
        TVector second2 = TSimd.Broadcast(factors[2][lanes.Second]), second3 = TSimd.Broadcast(factors[3][lanes.Second]);
        int d = 0;
        for (; d <= length - TSimd.Count; d += TSimd.Count)
        {
            TVector row = TSimd.Load(row0 + d);
            TVector first = TSimd.MultiplyAdd(first0, row, TSimd.Load(firstSum + d));
            TVector second = TRows.AreTwo ? TSimd.MultiplyAdd(second0, row, TSimd.Load(secondSum + d)) : first;
            row = TSimd.Load(row1 + d);
            first = TSimd.MultiplyAdd(first1, row, first);
            second = TRows.AreTwo ? TSimd.MultiplyAdd(second1, row, second) : first;
            row = TSimd.Load(row2 + d);
            first = TSimd.MultiplyAdd(first2, row, first);
            second = TRows.AreTwo ? TSimd.MultiplyAdd(second2, row, second) : first;
            row = TSimd.Load(row3 + d);
            TSimd.Store(TSimd.MultiplyAdd(first3, row, first), firstSum + d);
            if (TRows.AreTwo)
            {
                TSimd.Store(TSimd.MultiplyAdd(second3, row, second), secondSum + d);
            }
        }

        for (int i = 0; i < Rows && d < length; i++)
        {
            AddRow<TRows>(rows[i] + d, length - d, (factors[i][lanes.First], factors[i][lanes.Second]), firstSum + d, secondSum + d);
        }
    }

    private static void AddRow<TRows>(T* row, int length, (T First, T Second) factors, T* firstSum, T* secondSum)
        where TRows : IRowsAtATime
    {
        AddRow(row, length, factors.First, firstSum);
        if (TRows.AreTwo)
        {
            AddRow(row, length, factors.Second, secondSum);
        }
    }

    /// <summary>sum[d] += factor row[d].</summary>
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

    /// <summary>destination[d] (+)= sum over n of factors[n] vectors[n][d], in order.</summary>
    /// <param name="factors">The factors.</param>
    /// <param name="vectors">As many as there are factors.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="destination">As long as the vectors.</param>
    /// <param name="length">How long they are.</param>
    /// <param name="write">How the result is written.</param>
    public static void Write(T* factors, T** vectors, int count, T* destination, int length, RankUpdateWrite write)
    {
        int d = 0;
        if (write == RankUpdateWrite.PassesCaches)
        {
            int vectorBytes = TSimd.Count * sizeof(T);
            int head = (int)((vectorBytes - ((nint)destination & (vectorBytes - 1))) & (vectorBytes - 1)) / sizeof(T);
            for (; d < Math.Min(head, length); d++)
            {
                destination[d] = Sum(factors, vectors, count, d);
            }

            for (; d <= length - (4 * TSimd.Count); d += 4 * TSimd.Count)
            {
                PassFourPastCaches(factors, vectors, count, d, destination + d);
            }

            for (; d <= length - TSimd.Count; d += TSimd.Count)
            {
                TSimd.StoreAlignedPastCaches(VectorSum(factors, vectors, count, d), destination + d);
            }
        }

        for (; d <= length - TSimd.Count; d += TSimd.Count)
        {
            TVector sum = VectorSum(factors, vectors, count, d);
            TSimd.Store(write == RankUpdateWrite.Adds ? TSimd.Add(TSimd.Load(destination + d), sum) : sum, destination + d);
        }

        for (; d < length; d++)
        {
            T sum = Sum(factors, vectors, count, d);
            destination[d] = write == RankUpdateWrite.Adds ? destination[d] + sum : sum;
        }
    }

    /// <summary>Four vectors at a time: each factor is loaded once for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PassFourPastCaches(T* factors, T** vectors, int count, int d, T* destination)
    {
        TVector factor = TSimd.Broadcast(factors[0]);
        T* vector = vectors[0] + d;
        TVector sum0 = TSimd.Multiply(factor, TSimd.Load(vector));
        TVector sum1 = TSimd.Multiply(factor, TSimd.Load(vector + TSimd.Count));
        TVector sum2 = TSimd.Multiply(factor, TSimd.Load(vector + (2 * TSimd.Count)));
        TVector sum3 = TSimd.Multiply(factor, TSimd.Load(vector + (3 * TSimd.Count)));
        for (int n = 1; n < count; n++)
        {
            factor = TSimd.Broadcast(factors[n]);
            vector = vectors[n] + d;
            sum0 = TSimd.MultiplyAdd(factor, TSimd.Load(vector), sum0);
            sum1 = TSimd.MultiplyAdd(factor, TSimd.Load(vector + TSimd.Count), sum1);
            sum2 = TSimd.MultiplyAdd(factor, TSimd.Load(vector + (2 * TSimd.Count)), sum2);
            sum3 = TSimd.MultiplyAdd(factor, TSimd.Load(vector + (3 * TSimd.Count)), sum3);
        }

        TSimd.StoreAlignedPastCaches(sum0, destination);
        TSimd.StoreAlignedPastCaches(sum1, destination + TSimd.Count);
        TSimd.StoreAlignedPastCaches(sum2, destination + (2 * TSimd.Count));
        TSimd.StoreAlignedPastCaches(sum3, destination + (3 * TSimd.Count));
    }

    private static TVector VectorSum(T* factors, T** vectors, int count, int d)
    {
        TVector sum = TSimd.Multiply(TSimd.Broadcast(factors[0]), TSimd.Load(vectors[0] + d));
        for (int n = 1; n < count; n++)
        {
            sum = TSimd.MultiplyAdd(TSimd.Broadcast(factors[n]), TSimd.Load(vectors[n] + d), sum);
        }

        return sum;
    }

    private static T Sum(T* factors, T** vectors, int count, int d)
    {
        T sum = factors[0] * vectors[0][d];
        for (int n = 1; n < count; n++)
        {
            sum = T.MultiplyAddEstimate(factors[n], vectors[n][d], sum);
        }

        return sum;
    }
}
