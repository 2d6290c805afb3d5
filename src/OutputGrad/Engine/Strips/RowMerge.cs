using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>From what each block of classes says of a row to the row's softmax, loss and factors, in the order of the blocks.</summary>
/// <remarks>
/// <code>
/// m = max of m_b        S' = sum over b of exp(m_b - m) S_b
/// </code>
/// S', and the sums over a dense target, are summed in twice the precision that they are then rounded to, so that shards of the classes,
/// which merge theirs in another order, get the same bits: see <see cref="SoftmaxState{T}"/>.
/// </remarks>
internal static unsafe class RowMerge
{
    public static void Merge<T>(in LayerArguments<T> layer, in StripBlocks<T> strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            Merge(layer, strip, lane);
        }
    }

    /// <summary>What a block's exponentials are multiplied by to stand below the row's maximum, in place of their sum.</summary>
    public static void RescaleToRowMaximum<T>(in Strip<T> strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            T max = T.CreateTruncating(strip.Rows[lane].Max);
            strip.Statistics.Sum[lane] = T.CreateTruncating(SoftmaxState<T>.WeightBelow(max, strip.Statistics.Max[lane]).High);
        }
    }

    /// <summary>The row's loss, which is reported, and factors, once its softmax over all classes is known.</summary>
    /// <param name="layer">The call.</param>
    /// <param name="row">The row.</param>
    /// <param name="state">Its softmax.</param>
    public static void Complete<T>(in LayerArguments<T> layer, ref RowState row, in SoftmaxState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowSoftmax softmax = state.Softmax;
        RowTarget target = layer.Batch.HasSoftTargets
            ? new(Class: -1, Spike: 0, state.Dense.Sum.High, DenseAtClass: 0)
            : layer.Terms.TargetAt(row.Target, layer.Batch.ClassWeight(layer.FirstClass + row.Target));
        row.Max = softmax.Max;
        row.TargetLogit = softmax.TargetLogit;
        row.LogSumExp = softmax.LogSumExp;
        row.CrossEntropy = target.CrossEntropy(softmax, state.Dense.Gap.High);
        row.IsCorrect = !layer.Batch.HasSoftTargets
            && (state.LargestClass < 0 ? softmax.TargetLogit == softmax.Max : state.LargestClass == layer.FirstClass + row.Target);
        row.Factors = new(layer.Terms, target, softmax, row.Weight);
        row.Unreduced = layer.WantsNorms ? RowFactors.Unreduced(layer.Terms, target, softmax, row.Weight) : default;
        row.Reduction = Math.Abs(row.Weight / layer.Terms.TargetDivisor);
        row.LeastReduction = layer.Terms.ZLoss == 0
            ? row.Reduction
            : Math.Min(row.Reduction, Math.Abs(row.Weight / layer.Terms.RowDivisor));
        layer.Outputs.WriteRow(
            row.Destination, layer.Terms.Loss(row.CrossEntropy, row.LogSumExp), row.LogSumExp, state.LargestClass);
    }

    private static void Merge<T>(in LayerArguments<T> layer, in StripBlocks<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BlockStatistics<T> statistics = strip.Statistics;
        (T largestLogit, int largestBlock) = Largest(strip, lane);
        int largest = ClassOf(strip, lane, largestBlock);
        T max = LowestNumber<T>.OrAbove(largestLogit);
        DoubleDouble others = 0;
        DenseTarget dense = default;
        CompensatedSum spread = layer.Outputs.Entropies == null ? default : Spread(strip, lane, max);
        for (int block = 0; block < strip.Blocks; block++)
        {
            nint at = strip.At(block, lane);
            DoubleDouble weight = SoftmaxState<T>.WeightBelow(max, statistics.Max[at]);
            others += weight * double.CreateTruncating(statistics.Sum[at]);
            statistics.Sum[at] = T.CreateTruncating(weight.High);
            if (layer.Softmax.AreWanted && block != largestBlock)
            {
                // the block's own largest, which is not in its sum
                others += weight;
            }

            if (layer.HasDenseTargets)
            {
                DenseTarget ofBlock = new(statistics.TargetSum[at], statistics.Gap[at]);
                T blockMax = LowestNumber<T>.OrAbove(statistics.Max[at]);
                dense += ofBlock.Below(double.CreateTruncating(max), double.CreateTruncating(blockMax));
            }
        }

        ref RowState row = ref strip.Rows[lane];
        T targetLogit = layer.Softmax.AreWanted ? largestLogit : T.CreateTruncating(row.TargetLogit);
        SoftmaxState<T> state = new(max, others, targetLogit, layer.FirstClass + largest, dense);
        layer.Outputs.WriteState(row.Destination, state);
        Complete(layer, ref row, state);
        if (layer.Outputs.Entropies != null)
        {
            layer.Outputs.WriteEntropy(row.Destination, Entropy(state, spread));
        }

        if (layer.Outputs.TargetRanks != null)
        {
            layer.Outputs.TargetRanks[row.Destination] = Rank(strip, lane);
        }
    }

    // What few calls want is not inlined into what all calls do: the registers of the loop over the blocks would go to the stack for it.

    /// <summary>The sum of exp(z - m) (z - m) over the classes that are in the blocks' sums; before these make room.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static CompensatedSum Spread<T>(in StripBlocks<T> strip, int lane, T max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CompensatedSum spread = default;
        for (int block = 0; block < strip.Blocks; block++)
        {
            nint at = strip.At(block, lane);
            T blockMax = strip.Statistics.Max[at];
            double sum = double.CreateTruncating(strip.Statistics.Sum[at]);
            double blockSpread = double.CreateTruncating(strip.Statistics.Spread[at]);
            double weight = SoftmaxState<T>.WeightBelow(max, blockMax).High;

            // a block whose probabilities are 0 adds 0, however far below: its distance may be beyond the doubles
            spread.Add(weight == 0 ? 0 : weight * (blockSpread - (sum == 0 ? 0 : sum * Below(max, blockMax))));
        }

        return spread;
    }

    /// <summary>The row's entropy, once its softmax is known.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Entropy<T>(SoftmaxState<T> state, CompensatedSum spread)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowSoftmax softmax = state.Softmax;
        spread.Add(softmax.TargetSpread);
        return softmax.Entropy(spread.Total);
    }

    /// <summary>How many classes of all blocks stand before the target.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Rank<T>(in StripBlocks<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int before = 0;
        for (int block = 0; block < strip.Blocks; block++)
        {
            before += strip.Statistics.Before[strip.At(block, lane)];
        }

        return before;
    }

    /// <summary>How far a block's maximum is below the row's.</summary>
    private static double Below<T>(T max, T blockMax)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateTruncating(max) - double.CreateTruncating(LowestNumber<T>.OrAbove(blockMax));

    /// <summary>The row's largest logit and the block that has it, or NaN and the first block that has one.</summary>
    private static (T Max, int Block) Largest<T>(in StripBlocks<T> strip, int lane)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = strip.Statistics.Max[lane];
        int largest = 0;
        for (int block = 1; block < strip.Blocks && !T.IsNaN(max); block++)
        {
            T candidate = strip.Statistics.Max[strip.At(block, lane)];
            if (!(candidate <= max))
            {
                max = candidate;
                largest = block;
            }
        }

        return (max, largest);
    }

    /// <summary>The class of a block's largest logit.</summary>
    private static int ClassOf<T>(in StripBlocks<T> strip, int lane, int block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (block * Blocking.BlockClasses) + int.CreateTruncating(strip.Statistics.ArgMax[strip.At(block, lane)]);
}
