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
        int* largest = stackalloc int[strip.LiveRows];
        DenseTarget* dense = stackalloc DenseTarget[layer.HasDenseTargets ? strip.LiveRows : 0];
        double* numbers = stackalloc double[RowSoftmaxes.NumbersPerRow * strip.LiveRows];
        RowSoftmaxes softmaxes = new(numbers, strip.LiveRows);
        bool isOneBlock = strip.Blocks == 1 && layer.MergesSumsAlone;
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            DenseTarget* ofRow = layer.HasDenseTargets ? dense + lane : null;
            int c = isOneBlock && strip.Statistics.Max[lane] >= LowestNumber<T>.Value
                ? TakeBlock(strip, lane, softmaxes)
                : MergeBlocks(layer, strip, lane, softmaxes, ofRow);
            largest[lane] = layer.FirstClass + c;
        }

        softmaxes.Compute();
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            Complete(layer, ref strip.Rows[lane], softmaxes[lane], largest[lane], layer.HasDenseTargets ? dense[lane] : default);
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
    /// <param name="softmax">Its softmax.</param>
    /// <param name="largestClass">The class of the largest logit; negative where that is not known.</param>
    /// <param name="dense">The dense part of its target.</param>
    public static void Complete<T>(
        in LayerArguments<T> layer, ref RowState row, in RowSoftmax softmax, int largestClass, in DenseTarget dense)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowTarget target = layer.Batch.HasSoftTargets
            ? new(Class: -1, Spike: 0, dense.Sum.High, DenseAtClass: 0)
            : layer.Terms.TargetAt(row.Target, layer.Batch.ClassWeight(layer.FirstClass + row.Target));
        row.Max = softmax.Max;
        row.TargetLogit = softmax.TargetLogit;
        row.LogSumExp = softmax.LogSumExp;
        row.CrossEntropy = target.CrossEntropy(softmax, dense.Gap.High);
        row.IsCorrect = !layer.Batch.HasSoftTargets
            && (largestClass < 0 ? softmax.TargetLogit == softmax.Max : largestClass == layer.FirstClass + row.Target);
        row.Factors = new(layer.Terms, target, softmax, row.Weight);
        row.Unreduced = layer.WantsNorms ? RowFactors.Unreduced(layer.Terms, target, softmax, row.Weight) : default;
        if (layer.Filters)
        {
            row.Reduction = Math.Abs(row.Weight / layer.Terms.TargetDivisor);
            row.LeastReduction = layer.Terms.ZLoss == 0
                ? row.Reduction
                : Math.Min(row.Reduction, Math.Abs(row.Weight / layer.Terms.RowDivisor));
        }

        layer.Outputs.WriteRow(row.Destination, layer.Terms.Loss(row.CrossEntropy, row.LogSumExp), row.LogSumExp, largestClass);
    }

    /// <summary>What <see cref="MergeBlocks"/> does where there is one block, whose largest logit is a finite number or infinity.</summary>
    private static int TakeBlock<T>(in StripBlocks<T> strip, int lane, in RowSoftmaxes softmaxes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = strip.Statistics.Max[lane], sum = strip.Statistics.Sum[lane];
        double targetLogit = double.CreateTruncating(T.CreateTruncating(strip.Rows[lane].TargetLogit));
        softmaxes.Set(lane, double.CreateTruncating(max), targetLogit, double.CreateTruncating(sum));
        strip.Statistics.Sum[lane] = T.One;
        return ClassOf(strip, lane, block: 0);
    }

    /// <summary>Sets one row's softmax and the dense part of its target, if it has one; returns the class of its largest logit.</summary>
    private static int MergeBlocks<T>(
        in LayerArguments<T> layer, in StripBlocks<T> strip, int lane, in RowSoftmaxes softmaxes, DenseTarget* denseTarget)
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
            DoubleDouble sum = double.CreateTruncating(statistics.Sum[at]);
            others += statistics.Max[at] == max ? sum : weight * sum;
            statistics.Sum[at] = T.CreateTruncating(weight.High);
            if (layer.Softmax.AreWanted && block != largestBlock)
            {
                // the block's own largest, which is not in its sum
                others += weight;
            }

            if (denseTarget != null)
            {
                DenseTarget ofBlock = new(statistics.TargetSum[at], statistics.Gap[at]);
                T blockMax = LowestNumber<T>.OrAbove(statistics.Max[at]);
                dense += ofBlock.Below(double.CreateTruncating(max), double.CreateTruncating(blockMax));
            }
        }

        ref readonly RowState row = ref strip.Rows[lane];
        T targetLogit = layer.Softmax.AreWanted ? largestLogit : T.CreateTruncating(row.TargetLogit);
        T sumOfOthers = T.CreateTruncating(others.High);
        softmaxes.Set(lane, double.CreateTruncating(max), double.CreateTruncating(targetLogit), double.CreateTruncating(sumOfOthers));
        if (denseTarget != null)
        {
            *denseTarget = dense;
        }

        if (layer.Outputs.States != null)
        {
            layer.Outputs.States[row.Destination] = new(max, others, targetLogit, layer.FirstClass + largest, dense);
        }

        if (layer.Outputs.Entropies != null)
        {
            layer.Outputs.WriteEntropy(row.Destination, Entropy<T>(new(max, sumOfOthers, targetLogit), spread));
        }

        if (layer.Outputs.TargetRanks != null)
        {
            layer.Outputs.TargetRanks[row.Destination] = Rank(strip, lane);
        }

        return largest;
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
