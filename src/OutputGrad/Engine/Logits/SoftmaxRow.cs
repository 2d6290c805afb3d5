using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Logits;

/// <summary>
/// What a softmax needs of one contiguous row of logits: the maximum, where it stands, and the exponentials with their sum.
/// </summary>
/// <remarks>
/// The sum has a fixed shape at every vector width. A row is cut into groups of 64 bytes; element i goes to lane i mod lanes, and every
/// 64 groups the lanes are added to a double in order, compensated, the ragged end first and then the group with the true class. Where a
/// vector holds fewer lanes, the elements are gone over once for each part of the lanes. So the bits depend on no hardware, and the error
/// stays at a few ulp at any length. The ragged end is done as the last 64 bytes of the row, of which those that belong to whole groups are
/// not added again: copying it into a padded vector costs as much as 500 elements, because a load that gathers several fresh stores waits
/// for all stores before it.
/// </remarks>
internal static unsafe class SoftmaxRow<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Elements between additions to the double: 64 per lane, four added in pairs at a time. Equal terms are rounded the same way every
    /// time, so that longer chains would be off by more than their bound.
    /// </summary>
    private static int FlushedEvery => 64 * Lanes<T>.Count;

    // lanes of 0, then lanes of 1
    private static readonly T* ZerosThenOnes = Table(lane => lane < Lanes<T>.Count ? T.Zero : T.One);

    // -infinity between lanes of 0
    private static readonly T* Hole = Table(lane => lane == Lanes<T>.Count ? T.NegativeInfinity : T.Zero) + Lanes<T>.Count;

    /// <summary>
    /// The largest logit, NaN passed over, and not less than the lowest finite number: a row of -infinity alone has no maximum.
    /// </summary>
    public static T Largest(T* logits, int count)
    {
        T lowest = LowestNumber<T>.Value;
        TVector largest = TSimd.Broadcast(lowest), second = largest, third = largest, fourth = largest;
        int i = 0;
        for (; i <= count - (4 * TSimd.Count); i += 4 * TSimd.Count)
        {
            // four chains: one would wait for the latency of the comparison
            largest = TSimd.Larger(TSimd.Load(logits + i), largest);
            second = TSimd.Larger(TSimd.Load(logits + i + TSimd.Count), second);
            third = TSimd.Larger(TSimd.Load(logits + i + (2 * TSimd.Count)), third);
            fourth = TSimd.Larger(TSimd.Load(logits + i + (3 * TSimd.Count)), fourth);
        }

        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            largest = TSimd.Larger(TSimd.Load(logits + i), largest);
        }

        if (i < count && count >= TSimd.Count)
        {
            // the ragged end once more with what is before it: that changes no maximum
            largest = TSimd.Larger(TSimd.Load(logits + count - TSimd.Count), largest);
            i = count;
        }

        T* lanes = stackalloc T[TSimd.Count];
        TSimd.Store(TSimd.Larger(TSimd.Larger(largest, second), TSimd.Larger(third, fourth)), lanes);
        T even = lowest;
        T odd = lowest;
        for (int lane = 0; lane < TSimd.Count; lane += 2)
        {
            // no lane is NaN, and a comparison would be guessed wrong as often as right
            even = T.MaxNative(even, lanes[lane]);
            odd = T.MaxNative(odd, lanes[lane + 1]);
        }

        T result = T.MaxNative(even, odd);
        for (; i < count; i++)
        {
            result = logits[i] > result ? logits[i] : result;
        }

        return result;
    }

    /// <summary>The first class whose logit equals the value, or -1.</summary>
    public static int IndexOf(T* logits, int count, T value)
    {
        TVector sought = TSimd.Broadcast(value);
        int i = 0;
        while (i <= count - TSimd.Count && !TSimd.AnyEquals(TSimd.Load(logits + i), sought))
        {
            i += TSimd.Count;
        }

        while (i < count && logits[i] != value)
        {
            i++;
        }

        return i < count ? i : -1;
    }

    /// <summary>
    /// Writes exp(logit - max) for every class but the one left out, whose place becomes 0, and returns their sum. May work in place.
    /// </summary>
    /// <param name="logits">The row.</param>
    /// <param name="count">How many classes it has.</param>
    /// <param name="max">Not less than any of them.</param>
    /// <param name="leftOut">The class that is left out, or -1.</param>
    /// <param name="destination">Where the exponentials go.</param>
    public static double Exponentials(T* logits, int count, T max, int leftOut, T* destination)
    {
        int group = Lanes<T>.Count;
        if (count < group)
        {
            return ShortRow(logits, count, max, leftOut, destination);
        }

        T* lanes = stackalloc T[group];
        T* end = stackalloc T[group];
        int whole = count & -group;
        new Span<T>(lanes, group).Clear();
        if (whole < count)
        {
            RaggedEnd(logits + count - group, count - whole, max, leftOut - (count - group), end, lanes);
        }

        CompensatedSum sum = default;
        int block;
        for (int start = 0; start < whole; start += block)
        {
            block = Math.Min(FlushedEvery, whole - start);
            int hole = leftOut - start;
            for (int lane = 0; lane < group; lane += TSimd.Count)
            {
                TVector total = start == 0 ? TSimd.Load(lanes + lane) : TSimd.Broadcast(T.Zero);
                int i = lane;
                if ((uint)hole < (uint)block)
                {
                    int at = (hole & -group) + lane;
                    TVector exponential = WithHole(logits + start + at, max, hole - at);
                    TSimd.Store(exponential, destination + start + at);
                    total = TSimd.Add(total, exponential);
                    AddWhole(logits + start, lane, at, max, destination + start, ref total);
                    i = at + group;
                }

                AddWhole(logits + start, i, block, max, destination + start, ref total);
                TSimd.Store(total, lanes + lane);
            }

            sum.Add(Sum(lanes));
        }

        if (whole < count)
        {
            PanelCopy<TSimd, TVector, T>.Row(end, group, destination + count - group, group);
        }

        return sum.Total;
    }

    /// <summary>
    /// The sum of exp(logit - max) (logit - max) over all classes, in the shape of the sum of the exponentials, but for pairs: half as many
    /// go to a lane between additions to the double.
    /// </summary>
    public static double Spread(T* logits, int count, T max)
    {
        int group = Lanes<T>.Count;
        int whole = count & -group;
        T* lanes = stackalloc T[group];
        CompensatedSum sum = default;
        int block;
        for (int start = 0; start < whole; start += block)
        {
            block = Math.Min(FlushedEvery / 2, whole - start);
            for (int lane = 0; lane < group; lane += TSimd.Count)
            {
                TSimd.Store(Spread<TSimd, TVector>(logits + start + lane, block, max), lanes + lane);
            }

            sum.Add(Sum(lanes));
        }

        for (int c = whole; c < count; c++)
        {
            sum.Add(double.CreateTruncating(Spread<SimdScalar<T>, T>(logits + c, group, max)));
        }

        return sum.Total;
    }

    /// <summary>How many logits are larger than a number; makes <paramref name="suspect"/> NaN if one is not finite.</summary>
    public static int CountAbove(T* logits, int count, T limit, ref T suspect)
    {
        TVector limits = TSimd.Broadcast(limit), suspects = TSimd.Broadcast(T.Zero);
        int above = 0;
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TVector logit = TSimd.Load(logits + i);
            above += BitOperations.PopCount(TSimd.LargerLanes(logit, limits));
            suspects = TSimd.MultiplyAdd(logit, TSimd.Broadcast(T.Zero), suspects);
        }

        T* lanes = stackalloc T[TSimd.Count];
        TSimd.Store(suspects, lanes);
        for (int lane = 0; lane < TSimd.Count; lane++)
        {
            suspect += lanes[lane];
        }

        for (; i < count; i++)
        {
            above += logits[i] > limit ? 1 : 0;
            suspect += logits[i] * T.Zero;
        }

        return above;
    }

    /// <summary>Every group's element of one lane, or of as many as the vector has.</summary>
    private static TAnyVector Spread<TAny, TAnyVector>(T* logits, int end, T max)
        where TAny : ISimd<TAnyVector, T>
        where TAnyVector : unmanaged
    {
        TAnyVector largest = TAny.Broadcast(max), spread = TAny.Broadcast(T.Zero);
        Exponential<TAny, TAnyVector, T>.Constants constants = new();
        for (int i = 0; i < end; i += Lanes<T>.Count)
        {
            // 0 times the infinite distance of a masked class is no number
            TAnyVector x = TAny.Subtract(TAny.Load(logits + i), largest);
            TAnyVector exponential = Exponential<TAny, TAnyVector, T>.Exp(x, constants);
            spread = TAny.MultiplyAdd(exponential, TAny.Larger(x, constants.Lowest), spread);
        }

        return spread;
    }

    /// <summary>
    /// The last group of a row that is not a whole number of them: all its exponentials, and those of the last <paramref name="live"/> to
    /// add.
    /// </summary>
    private static void RaggedEnd(T* logits, int live, T max, int leftOut, T* exponentials, T* lanes)
    {
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TVector exponential = WithHole(logits + lane, max, leftOut - lane);
            TSimd.Store(exponential, exponentials + lane);
            TSimd.Store(TSimd.Multiply(exponential, TSimd.Load(ZerosThenOnes + live + lane)), lanes + lane);
        }
    }

    /// <summary>A row shorter than a group.</summary>
    private static double ShortRow(T* logits, int count, T max, int leftOut, T* destination)
    {
        T* padded = stackalloc T[Lanes<T>.Count];
        new Span<T>(padded, Lanes<T>.Count).Fill(T.NegativeInfinity);
        PanelCopy<TSimd, TVector, T>.Row(logits, count, padded, count);
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TSimd.Store(WithHole(padded + lane, max, leftOut - lane), padded + lane);
        }

        PanelCopy<TSimd, TVector, T>.Row(padded, count, destination, count);
        return Sum(padded);
    }

    /// <summary>The exponentials of one vector; 0 at the hole, which may lie outside.</summary>
    private static TVector WithHole(T* logits, T max, int hole)
    {
        TVector mask = TSimd.Load((uint)hole < (uint)TSimd.Count ? Hole - hole : ZerosThenOnes);
        return Exponential<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Add(TSimd.Load(logits), mask), TSimd.Broadcast(max)));
    }

    /// <summary>Whole vectors from i on, before the end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AddWhole(T* logits, int i, int end, T max, T* destination, ref TVector sum)
    {
        TVector largest = TSimd.Broadcast(max);
        TVector total = sum;
        Exponential<TSimd, TVector, T>.Constants constants = new();
        int group = Lanes<T>.Count;
        for (; i + (3 * group) < end; i += 4 * group)
        {
            // four loads before the first store: a load waits for an earlier store whose address is the same modulo 4096, as if it were the
            // same
            TVector first = TSimd.Subtract(TSimd.Load(logits + i), largest);
            TVector second = TSimd.Subtract(TSimd.Load(logits + i + group), largest);
            TVector third = TSimd.Subtract(TSimd.Load(logits + i + (2 * group)), largest);
            TVector fourth = TSimd.Subtract(TSimd.Load(logits + i + (3 * group)), largest);
            TVector pair = TSimd.Add(Write(first, constants, destination + i), Write(second, constants, destination + i + group));
            TVector other = TSimd.Add(
                Write(third, constants, destination + i + (2 * group)), Write(fourth, constants, destination + i + (3 * group)));
            total = TSimd.Add(total, TSimd.Add(pair, other));
        }

        for (; i < end; i += group)
        {
            total = TSimd.Add(total, Write(TSimd.Subtract(TSimd.Load(logits + i), largest), constants, destination + i));
        }

        sum = total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Write(TVector x, in Exponential<TSimd, TVector, T>.Constants constants, T* destination)
    {
        TVector exponential = Exponential<TSimd, TVector, T>.Exp(x, constants);
        TSimd.Store(exponential, destination);
        return exponential;
    }

    /// <summary>The lanes' sum, in four chains.</summary>
    private static double Sum(T* lanes)
    {
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        for (int lane = 0; lane < Lanes<T>.Count; lane += 4)
        {
            sum0 += double.CreateTruncating(lanes[lane]);
            sum1 += double.CreateTruncating(lanes[lane + 1]);
            sum2 += double.CreateTruncating(lanes[lane + 2]);
            sum3 += double.CreateTruncating(lanes[lane + 3]);
        }

        return (sum0 + sum1) + (sum2 + sum3);
    }

    /// <summary>
    /// Writes cap tanh(scale z / cap) for every logit z, and the slope 1 - tanh^2 of each. Logits may be overwritten in place.
    /// </summary>
    public static void Softcap(T* logits, int count, T scale, T cap, T* capped, T* slopes)
    {
        TVector inverse = TSimd.Broadcast(scale / cap);
        TVector height = TSimd.Broadcast(cap);
        T* padded = stackalloc T[2 * TSimd.Count];
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TVector tanh = Exponential<TSimd, TVector, T>.Tanh(TSimd.Multiply(TSimd.Load(logits + i), inverse), out TVector slope);
            TSimd.Store(TSimd.Multiply(tanh, height), capped + i);
            TSimd.Store(slope, slopes + i);
        }

        if (i < count)
        {
            new Span<T>(padded, TSimd.Count).Clear();
            new ReadOnlySpan<T>(logits + i, count - i).CopyTo(new Span<T>(padded, TSimd.Count));
            TVector tanh = Exponential<TSimd, TVector, T>.Tanh(TSimd.Multiply(TSimd.Load(padded), inverse), out TVector slope);
            TSimd.Store(TSimd.Multiply(tanh, height), padded);
            TSimd.Store(slope, padded + TSimd.Count);
            new ReadOnlySpan<T>(padded, count - i).CopyTo(new Span<T>(capped + i, count - i));
            new ReadOnlySpan<T>(padded + TSimd.Count, count - i).CopyTo(new Span<T>(slopes + i, count - i));
        }
    }

    /// <summary>Constants that outlive every call: twice the lanes and one more.</summary>
    private static T* Table(Func<int, T> valueOf)
    {
        int length = (2 * Lanes<T>.Count) + 1;
        T* table = (T*)NativeMemory.Alloc((nuint)length, (nuint)sizeof(T));
        for (int i = 0; i < length; i++)
        {
            table[i] = valueOf(i);
        }

        return table;
    }
}
