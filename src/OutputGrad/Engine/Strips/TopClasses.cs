using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>Finds the classes of a strip's block that may stand among the first of their rows.</summary>
/// <remarks>
/// Nearly all logits are below what stands last in their row's full list: a comparison per vector. Blocks come in any order and on any
/// thread; a row's list is locked for as long as it is read or written.
/// </remarks>
internal static unsafe class TopClasses<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Offers the block's logits to the rows' lists.</summary>
    public static void Offer(in LayerArguments<T> layer, in Strip<T> strip, T* logits)
    {
        T* limits = stackalloc T[Lanes<T>.Count];
        new Span<T>(limits, Lanes<T>.Count).Fill(T.PositiveInfinity);
        bool anyAbove = false;
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            T max = strip.Statistics.Max[lane];
            if (!TryLimit(layer, ref strip.Rows[lane], strip.FirstClass, out limits[lane]) || T.IsNaN(max))
            {
                OfferAll(layer, strip, logits, lane);
                limits[lane] = T.PositiveInfinity;
            }

            anyAbove |= max > limits[lane];
        }

        if (anyAbove)
        {
            OfferAbove(layer, strip, logits, limits);
        }
    }

    /// <summary>
    /// The logit above which a class of this block belongs into the row's list; false where that is not all that there is to it.
    /// </summary>
    private static bool TryLimit(in LayerArguments<T> layer, ref RowState row, int firstClass, out T limit)
    {
        row.LockList();
        bool isFull = row.Listed == layer.Softmax.TopCount;
        (T logit, int c) = isFull ? ListOf(layer, row).Last : default;
        row.UnlockList();

        // of equal logits the lower class stands first: those of blocks that come later do not matter; no number is above a NaN
        limit = c < firstClass ? logit : T.BitDecrement(logit);
        return isFull && (c < firstClass || !T.IsNegativeInfinity(logit));
    }

    private static void OfferAll(in LayerArguments<T> layer, in Strip<T> strip, T* logits, int lane)
    {
        for (int c = 0; c < strip.Classes; c++)
        {
            Offer(layer, ref strip.Rows[lane], logits[(c * Lanes<T>.Count) + lane], strip.FirstClass + c);
        }
    }

    private static void OfferAbove(in LayerArguments<T> layer, in Strip<T> strip, T* logits, T* limits)
    {
        for (int c = 0; c < strip.Classes; c++)
        {
            T* line = logits + (c * Lanes<T>.Count);
            uint above = 0;
            for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
            {
                above |= TSimd.LargerLanes(TSimd.Load(line + lane), TSimd.Load(limits + lane)) << lane;
            }

            for (; above != 0; above &= above - 1)
            {
                int lane = BitOperations.TrailingZeroCount(above);
                Offer(layer, ref strip.Rows[lane], line[lane], strip.FirstClass + c);
            }
        }
    }

    private static void Offer(in LayerArguments<T> layer, ref RowState row, T logit, int c)
    {
        row.LockList();
        ListOf(layer, row).Offer((logit, c), ref row.Listed);
        row.UnlockList();
    }

    /// <summary>The row's list.</summary>
    public static TopList<T> ListOf(in LayerArguments<T> layer, in RowState row)
    {
        long start = (long)row.Destination * layer.Softmax.TopCount;
        return new(layer.Softmax.TopClasses + start, layer.Softmax.TopLogarithms + start, layer.Softmax.TopCount);
    }
}
