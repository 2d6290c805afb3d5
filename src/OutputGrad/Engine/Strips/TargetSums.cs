using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>
/// Sums over a block of classes for a strip of rows whose targets are dense, in double whatever the element type is: of the target's
/// weights a, and of a (m - z), how far below the block's maximum they lie.
/// </summary>
/// <remarks>
/// A gap m - z may be twice the largest float, and sums over a million equal weights round the same way at every addition: so floats are
/// widened, and what each addition of doubles rounds away is summed up as in <see cref="CompensatedSum"/>. Lane by lane: no vector width
/// leaves a trace.
/// </remarks>
internal static unsafe class TargetSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the sums of gaps and weights of each row.</summary>
    /// <param name="strip">Where the maxima are and the sums go.</param>
    /// <param name="logits">The strip's.</param>
    /// <param name="weights">As many. A weight of 0 adds 0, also at -infinity.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Add(in Strip<T> strip, T* logits, T* weights)
    {
        (int elements, int liveRows, BlockStatistics<T> statistics) = (strip.Elements, strip.LiveRows, strip.Statistics);
        for (int lane = 0; lane < liveRows; lane += Vector<T>.Count)
        {
            (Vector<double> max, Vector<double> upperMax) = Widen(statistics.Max + lane);
            (max, upperMax) = (NotBelowLowest(max), NotBelowLowest(upperMax));
            LaneSums lower = default, upper = default;
            for (nint i = lane; i < elements; i += Lanes<T>.Count)
            {
                (Vector<double> logit, Vector<double> upperLogit) = Widen(logits + i);
                (Vector<double> weight, Vector<double> upperWeight) = Widen(weights + i);
                lower.Add(weight, max - logit);
                if (typeof(T) == typeof(float))
                {
                    upper.Add(upperWeight, upperMax - upperLogit);
                }
            }

            lower.Store(statistics.Gap + lane, statistics.TargetSum + lane);
            if (typeof(T) == typeof(float))
            {
                upper.Store(statistics.Gap + lane + Vector<double>.Count, statistics.TargetSum + lane + Vector<double>.Count);
            }
        }
    }

    /// <summary><see cref="LowestNumber{T}.OrAbove"/> in every lane.</summary>
    private static Vector<double> NotBelowLowest(Vector<double> max)
    {
        Vector<double> lowest = Vector.Create(double.CreateTruncating(LowestNumber<T>.Value));
        return Vector.ConditionalSelect(Vector.LessThan(max, lowest), lowest, max);
    }

    /// <summary>A vector of floats as two of doubles; one of doubles is the first of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector<double> Lower, Vector<double> Upper) Widen(T* source)
    {
        if (typeof(T) == typeof(double))
        {
            return (Vector.Load((double*)source), default);
        }

        Vector.Widen(Vector.Load((float*)source), out Vector<double> lower, out Vector<double> upper);
        return (lower, upper);
    }

    private struct LaneSums
    {
        private Vector<double> _gap;
        private Vector<double> _gapRest;
        private Vector<double> _sum;
        private Vector<double> _sumRest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(Vector<double> weight, Vector<double> distance)
        {
            Vector<double> gap = Vector.ConditionalSelect(
                Vector.Equals(weight, Vector<double>.Zero), Vector<double>.Zero, weight * distance);
            Add(gap, ref _gap, ref _gapRest);
            Add(weight, ref _sum, ref _sumRest);
        }

        public readonly void Store(double* gap, double* sum)
        {
            Total(_gap, _gapRest).Store(gap);
            Total(_sum, _sumRest).Store(sum);
        }

        /// <summary>The rest of a sum that is not finite is not a number.</summary>
        private static Vector<double> Total(Vector<double> sum, Vector<double> rest) =>
            sum + Vector.ConditionalSelect(Vector.Equals(sum - sum, Vector<double>.Zero), rest, Vector<double>.Zero);

        /// <summary>Sums of floats in double are as good as exact.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(Vector<double> value, ref Vector<double> sum, ref Vector<double> rest)
        {
            Vector<double> next = sum + value;
            if (typeof(T) == typeof(double))
            {
                Vector<double> part = next - sum;
                rest += sum - (next - part) + (value - part);
            }

            sum = next;
        }
    }
}
