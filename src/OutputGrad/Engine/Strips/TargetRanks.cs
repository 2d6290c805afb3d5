using System.Numerics;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>How many classes of a block stand before the rows' targets, whose logits are known ahead.</summary>
/// <remarks>The order is the <see cref="ClassOrder"/>.</remarks>
internal static unsafe class TargetRanks<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Counts the block's, for each row of a strip.</summary>
    public static void Count(in Strip<T> strip, T* logits)
    {
        T* above = stackalloc T[2 * Lanes<T>.Count];
        T* notBelow = above + Lanes<T>.Count;
        CountInLanes(strip, logits, above, notBelow);
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            ref readonly RowState row = ref strip.Rows[lane];
            bool isPlain = !T.IsNaN(strip.Statistics.Max[lane]) && !double.IsNegativeInfinity(row.TargetLogit);
            int larger = int.CreateTruncating(above[lane]), largerOrEqual = int.CreateTruncating(notBelow[lane]);
            strip.Statistics.Before[lane] = (ushort)(
                isPlain && strip.FirstClass + strip.Classes <= row.Target ? largerOrEqual
                : isPlain && (row.Target < strip.FirstClass || largerOrEqual - larger == 1) ? larger
                : CountOneByOne(strip, logits, lane));
        }
    }

    /// <summary>The logits that are larger than the target's, and those that are larger than the number below it.</summary>
    private static void CountInLanes(in Strip<T> strip, T* logits, T* above, T* notBelow)
    {
        T* targets = stackalloc T[2 * Lanes<T>.Count];
        T* below = targets + Lanes<T>.Count;
        new Span<T>(targets, 2 * Lanes<T>.Count).Clear();
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            targets[lane] = T.CreateTruncating(strip.Rows[lane].TargetLogit);
            below[lane] = T.BitDecrement(targets[lane]);
        }

        for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
        {
            TVector zero = TSimd.Broadcast(T.Zero), one = TSimd.Broadcast(T.One);
            TVector target = TSimd.Load(targets + lane), belowTarget = TSimd.Load(below + lane);
            TVector larger = zero, largerOrEqual = zero;
            for (int i = lane; i < strip.Elements; i += Lanes<T>.Count)
            {
                TVector logit = TSimd.Load(logits + i);
                larger = TSimd.Add(larger, TSimd.SelectLarger(logit, target, one, zero));
                largerOrEqual = TSimd.Add(largerOrEqual, TSimd.SelectLarger(logit, belowTarget, one, zero));
            }

            TSimd.Store(larger, above + lane);
            TSimd.Store(largerOrEqual, notBelow + lane);
        }
    }

    private static int CountOneByOne(in Strip<T> strip, T* logits, int lane)
    {
        (T Logit, int Class) target = (T.CreateTruncating(strip.Rows[lane].TargetLogit), strip.Rows[lane].Target);
        int count = 0;
        for (int c = 0; c < strip.Classes; c++)
        {
            count += ClassOrder.IsBefore((logits[(c * Lanes<T>.Count) + lane], strip.FirstClass + c), target) ? 1 : 0;
        }

        return count;
    }
}
