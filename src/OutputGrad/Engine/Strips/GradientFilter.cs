using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>Finds the residuals that are too small to matter, and sums up what leaving them out costs.</summary>
/// <remarks>
/// A residual g is small where |g| is below the threshold; both are compared after the row's weight and divisor are in them. The true class's
/// never is, nor is NaN. What is left out is summed in chains of 32 classes and then blocks of classes.
/// </remarks>
internal static unsafe class GradientFilter<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Together = FilterMask<T>.Together;
    private const int SumBlock = 32;

    private static uint AllRows => (1u << Lanes<T>.Count) - 1;

    /// <summary>Marks what survives of a block of a strip's residuals, and writes each row's mass of what does not.</summary>
    public static void Mark(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int strip, T* residuals, StripFactors<T> factors)
    {
        T** places = stackalloc T*[Lanes<T>.Count];
        T* values = stackalloc T[Lanes<T>.Count];
        int targets = 0;
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            int v = chunk.RowsOf(strip)[lane].Target - (block * Blocking.BlockClasses);
            if ((uint)v < (uint)chunk.ClassesOf(block))
            {
                places[targets] = residuals + (v * Lanes<T>.Count) + lane;
                values[targets] = *places[targets];
                *places[targets++] = T.NaN;
            }
        }

        new Span<T>(chunk.HiddenMass + chunk.At(block, strip), Lanes<T>.Count).Clear();
        new Span<T>(chunk.WeightMass + chunk.At(block, strip), Lanes<T>.Count).Clear();
        if (layer.HiddenThreshold > 0)
        {
            MarkClasses(chunk, block, strip, residuals, factors.HiddenThreshold);
        }

        if (layer.WeightThreshold > 0)
        {
            MarkRows(chunk, block, strip, residuals, factors.WeightThreshold);
        }

        for (int i = 0; i < targets; i++)
        {
            *places[i] = values[i];
        }
    }

    /// <summary>For dL/dH: the classes that survive, for each 8 rows.</summary>
    private static void MarkClasses(in Chunk<T> chunk, int block, int strip, T* residuals, T* thresholds)
    {
        T* mass = chunk.HiddenMass + chunk.At(block, strip);
        T* part = stackalloc T[Lanes<T>.Count];
        for (int lane = 0; lane < Lanes<T>.Count; lane += Together)
        {
            *chunk.FilterMask.Classes(block, strip, lane) = 0;
        }

        int classes = chunk.ClassesOf(block);
        for (int start = 0; start < classes; start += SumBlock)
        {
            new Span<T>(part, Lanes<T>.Count).Clear();
            for (int v = start; v < Math.Min(start + SumBlock, classes); v++)
            {
                T* line = residuals + (v * Lanes<T>.Count);
                uint large = LargeRows(line, thresholds);
                uint left = 0;
                for (int lane = 0; lane < Lanes<T>.Count; lane += Together)
                {
                    uint rows = ((1u << Together) - 1) << lane;
                    ushort* list = chunk.FilterMask.Classes(block, strip, lane);
                    list[1 + list[0]] = (ushort)v;
                    list[0] += (large & rows) != 0 ? (ushort)1 : (ushort)0;
                    left |= (large & rows) != 0 ? rows : 0;
                }

                AddMagnitudes(line, left, part);
            }

            AddMagnitudes(part, 0, mass);
        }
    }

    /// <summary>For dL/dW: the rows that survive, for each 8 classes.</summary>
    private static void MarkRows(in Chunk<T> chunk, int block, int strip, T* residuals, T* thresholds)
    {
        T* mass = chunk.WeightMass + chunk.At(block, strip);
        T* part = stackalloc T[Lanes<T>.Count];
        int classes = chunk.ClassesOf(block);
        for (int first = 0; first < classes; first += Together)
        {
            new Span<T>(part, Lanes<T>.Count).Clear();
            uint large = 0;
            for (int v = first; v < Math.Min(first + Together, classes); v++)
            {
                T* line = residuals + (v * Lanes<T>.Count);
                large |= LargeRows(line, thresholds);
                AddMagnitudes(line, 0, part);
            }

            chunk.FilterMask.Rows(block, first, strip) = (ushort)large;
            AddMagnitudes(part, large, mass);
        }
    }

    /// <summary>The rows, a bit each, whose residual of one class is not below its threshold.</summary>
    private static uint LargeRows(T* line, T* thresholds)
    {
        uint small = 0;
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            small |= TSimd.LargerLanes(TSimd.Load(thresholds + lane), TSimd.Abs(TSimd.Load(line + lane))) << lane;
        }

        return ~small & AllRows;
    }

    /// <summary>Adds the magnitudes of a line of rows, except for those whose bit is set.</summary>
    private static void AddMagnitudes(T* line, uint without, T* sums)
    {
        if (without == 0)
        {
            for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(sums + lane), TSimd.Abs(TSimd.Load(line + lane))), sums + lane);
            }

            return;
        }

        for (uint rows = ~without & AllRows; rows != 0; rows &= rows - 1)
        {
            int lane = BitOperations.TrailingZeroCount(rows);
            sums[lane] += T.Abs(line[lane]);
        }
    }
}
