using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine;

/// <summary>
/// What a softmax needs of one contiguous row of logits: the maximum, where it stands, and the exponentials with their sum.
/// </summary>
/// <remarks>
/// The sum has a fixed shape at every vector width: 64 bytes of lanes, element i goes to lane i mod lanes, and every 1024 elements the lanes are
/// added to a double in order. So its bits depend on no hardware, and its error stays at a few ulp at any length.
/// The row's ragged end is copied into a padded vector; there is no second code path for it.
/// </remarks>
internal static unsafe class SoftmaxRow<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LaneBytes = 64;
    private const int FlushedEvery = 1024;

    /// <summary>The largest logit, NaN passed over, and not less than the lowest finite number: a row of -infinity alone has no maximum.</summary>
    public static T Largest(T* logits, int count)
    {
        T lowest = -MaxValue;
        TVector largest = TSimd.Broadcast(lowest);
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            largest = TSimd.Larger(TSimd.Load(logits + i), largest);
        }

        T* lanes = stackalloc T[TSimd.Count];
        TSimd.Store(largest, lanes);
        T result = lowest;
        for (int lane = 0; lane < TSimd.Count; lane++)
        {
            result = lanes[lane] > result ? lanes[lane] : result;
        }

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

    /// <summary>Writes exp(logit - max) for every class and returns their sum. May work in place.</summary>
    public static double Exponentials(T* logits, int count, T max, T* destination)
    {
        int laneCount = LaneBytes / sizeof(T);
        T* lanes = stackalloc T[laneCount];
        T* padded = stackalloc T[TSimd.Count];
        TVector largest = TSimd.Broadcast(max);
        double sum = 0;
        for (int start = 0; start < count; start += FlushedEvery)
        {
            int end = Math.Min(count, start + FlushedEvery);
            new Span<T>(lanes, laneCount).Clear();
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
            {
                TVector exponential = Exponential<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Load(logits + i), largest));
                TSimd.Store(exponential, destination + i);
                AddTo(lanes + (i & (laneCount - 1)), exponential);
            }

            if (i < end)
            {
                new Span<T>(padded, TSimd.Count).Fill(T.NegativeInfinity);
                new ReadOnlySpan<T>(logits + i, end - i).CopyTo(new Span<T>(padded, TSimd.Count));
                TVector exponential = Exponential<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Load(padded), largest));
                TSimd.Store(exponential, padded);
                new ReadOnlySpan<T>(padded, end - i).CopyTo(new Span<T>(destination + i, end - i));
                AddTo(lanes + (i & (laneCount - 1)), exponential);
            }

            for (int lane = 0; lane < laneCount; lane++)
            {
                sum += double.CreateTruncating(lanes[lane]);
            }
        }

        return sum;
    }

    /// <summary>Writes cap tanh(scale z / cap) for every logit z, and the slope 1 - tanh^2 of each. Logits may be overwritten in place.</summary>
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

    private static T MaxValue => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(float.MaxValue)
        : Unsafe.BitCast<double, T>(double.MaxValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(T* lanes, TVector value) => TSimd.Store(TSimd.Add(TSimd.Load(lanes), value), lanes);
}
