using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>Finds the residuals that are too small to matter, and sums up what leaving them out costs.</summary>
/// <remarks>
/// A residual g is small where |g| is below the threshold; both are compared after the row's weight and divisor are in them. The true
/// class's never is, nor is NaN. What is left out is summed in chains of 32 classes and then blocks of classes.
/// </remarks>
internal static unsafe class GradientFilter<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The tallest tile, so that what is left out is whole depths of a tile.</summary>
    private const int Together = Blocking.TileHeight;

    /// <summary>Marks what remains of a block of a strip's residuals, and writes each row's mass of what does not.</summary>
    public static void Mark(in LayerArguments<T> layer, in Strip<T> strip, StripFactors<T> factors)
    {
        T** places = stackalloc T*[Lanes<T>.Count];
        T* values = stackalloc T[Lanes<T>.Count];
        int targets = 0;
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            if (strip.TryTarget(lane, out int at))
            {
                places[targets] = strip.Lines + at;
                values[targets] = *places[targets];
                *places[targets++] = T.NaN;
            }
        }

        new Span<T>(strip.Statistics.HiddenMass, Lanes<T>.Count).Clear();
        new Span<T>(strip.Statistics.WeightMass, Lanes<T>.Count).Clear();
        if (layer.HiddenThreshold > 0)
        {
            MarkClasses(strip, factors.HiddenThreshold);
        }

        if (layer.WeightThreshold > 0)
        {
            MarkRows(strip, factors.WeightThreshold);
        }

        for (int i = 0; i < targets; i++)
        {
            *places[i] = values[i];
        }
    }

    /// <summary>For dL/dH: the classes that remain, for each 8 rows.</summary>
    private static void MarkClasses(in Strip<T> strip, T* thresholds)
    {
        T* part = stackalloc T[Lanes<T>.Count];
        for (int lane = 0; lane < Lanes<T>.Count; lane += Together)
        {
            *strip.Mask.Classes(lane) = 0;
        }

        for (int start = 0; start < strip.Classes; start += Blocking.SummedClasses)
        {
            new Span<T>(part, Lanes<T>.Count).Clear();
            for (int c = start; c < Math.Min(start + Blocking.SummedClasses, strip.Classes); c++)
            {
                T* line = strip.Lines + (c * Lanes<T>.Count);
                uint large = LargeRows(line, thresholds, strip.LiveRows);
                uint left = 0;
                for (int lane = 0; lane < Lanes<T>.Count; lane += Together)
                {
                    uint rows = ((1u << Together) - 1) << lane;
                    ushort* list = strip.Mask.Classes(lane);
                    list[1 + list[0]] = (ushort)c;
                    list[0] += (large & rows) != 0 ? (ushort)1 : (ushort)0;
                    left |= (large & rows) != 0 ? rows : 0;
                }

                AddMagnitudes(line, left, part, strip.LiveRows);
            }

            AddMagnitudes(part, 0, strip.Statistics.HiddenMass, strip.LiveRows);
        }
    }

    /// <summary>For dL/dW: the rows that remain, for each 8 classes.</summary>
    private static void MarkRows(in Strip<T> strip, T* thresholds)
    {
        T* part = stackalloc T[Lanes<T>.Count];
        for (int first = 0; first < strip.Classes; first += Together)
        {
            new Span<T>(part, Lanes<T>.Count).Clear();
            uint large = 0;
            for (int c = first; c < Math.Min(first + Together, strip.Classes); c++)
            {
                T* line = strip.Lines + (c * Lanes<T>.Count);
                large |= LargeRows(line, thresholds, strip.LiveRows);
                AddMagnitudes(line, 0, part, strip.LiveRows);
            }

            strip.Mask.Rows(first) = (ushort)large;
            AddMagnitudes(part, large, strip.Statistics.WeightMass, strip.LiveRows);
        }
    }

    /// <summary>So many rows, a bit each.</summary>
    private static uint First(int rows) => (1u << rows) - 1;

    /// <summary>The rows, a bit each, whose residual of one class is not below its threshold.</summary>
    private static uint LargeRows(T* line, T* thresholds, int rows)
    {
        uint small = 0;
        for (int lane = 0; lane < rows; lane += TSimd.Count)
        {
            small |= TSimd.LargerLanes(TSimd.Load(thresholds + lane), TSimd.Abs(TSimd.Load(line + lane))) << lane;
        }

        return ~small & First(rows);
    }

    /// <summary>Adds the magnitudes of a line of rows, except for those whose bit is set.</summary>
    private static void AddMagnitudes(T* line, uint without, T* sums, int rows)
    {
        if (without == 0)
        {
            for (int lane = 0; lane < rows; lane += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(sums + lane), TSimd.Abs(TSimd.Load(line + lane))), sums + lane);
            }

            return;
        }

        for (uint left = ~without & First(rows); left != 0; left &= left - 1)
        {
            int lane = BitOperations.TrailingZeroCount(left);
            sums[lane] += T.Abs(line[lane]);
        }
    }
}
