using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>From what each block of classes says of a row to the row's softmax, loss and factors, in the order of the blocks.</summary>
/// <remarks>
/// <code>
/// m = max of m_b        S' = sum over b of exp(m_b - m) S_b
/// </code>
/// S' is summed in twice the precision that it is then rounded to, so that shards of the classes, which merge theirs in another order, get the
/// same bits: see <see cref="SoftmaxState{T}"/>.
/// </remarks>
internal static unsafe class RowMerge
{
    public static void Merge<T>(in LayerArguments<T> layer, in Chunk<T> chunk, int strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            Merge(layer, chunk, ref chunk.RowsOf(strip)[lane], chunk.At(0, strip) + lane);
        }
    }

    /// <summary>What a block's exponentials are multiplied by to stand below the row's maximum, in place of their sum.</summary>
    public static void RescaleToRowMaximum<T>(in Chunk<T> chunk, int block, int strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint at = chunk.At(block, strip);
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            T max = T.CreateTruncating(chunk.RowsOf(strip)[lane].Max);
            chunk.Sum[at + lane] = T.CreateTruncating(SoftmaxState<T>.WeightBelow(max, chunk.Max[at + lane]).High);
        }
    }

    /// <summary>The row's loss and factors, once its softmax over all classes is known.</summary>
    /// <param name="layer">The call.</param>
    /// <param name="row">The row.</param>
    /// <param name="state">Its softmax.</param>
    /// <param name="dense">Its dense target, which has weights at all classes: their sum, and the sum of weight times distance to the maximum.</param>
    public static void Complete<T>(in LayerArguments<T> layer, ref RowState row, in SoftmaxState<T> state, (double Sum, double Gap) dense)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowSoftmax softmax = state.Softmax;
        RowTarget target = layer.Batch.HasSoftTargets
            ? new(Class: -1, Spike: 0, dense.Sum, DenseAtClass: 0)
            : layer.Terms.TargetAt(row.Target, layer.Batch.ClassWeight(layer.FirstClass + row.Target));
        row.Max = softmax.Max;
        row.TargetLogit = softmax.TargetLogit;
        row.LogSumExp = softmax.LogSumExp;
        row.CrossEntropy = target.CrossEntropy(softmax, dense.Gap);
        row.Prediction = state.LargestClass;
        row.IsCorrect = !layer.Batch.HasSoftTargets
            && (state.LargestClass < 0 ? softmax.TargetLogit == softmax.Max : state.LargestClass == layer.FirstClass + row.Target);
        row.Factors = new(layer.Terms, target, softmax, row.Weight);
        row.Unreduced = layer.WantsNorms ? RowFactors.Unreduced(layer.Terms, target, softmax, row.Weight) : default;
        row.Reduction = Math.Abs(row.Weight / layer.Terms.TargetDivisor);
        row.LeastReduction = layer.Terms.ZLoss == 0 ? row.Reduction : Math.Min(row.Reduction, Math.Abs(row.Weight / layer.Terms.RowDivisor));
    }

    private static void Merge<T>(in LayerArguments<T> layer, in Chunk<T> chunk, ref RowState row, nint first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T max, int largest) = Largest(chunk, first);
        max = LowestNumber<T>.OrAbove(max);
        DoubleDouble others = 0;
        CompensatedSum denseSum = default, denseGap = default;
        for (int block = 0; block < chunk.Blocks; block++)
        {
            nint at = first + ((nint)block * chunk.PaddedRows);
            DoubleDouble weight = SoftmaxState<T>.WeightBelow(max, chunk.Max[at]);
            others += weight * double.CreateTruncating(chunk.Sum[at]);
            chunk.Sum[at] = T.CreateTruncating(weight.High);
            if (layer.HasDenseTargets)
            {
                double blockSum = chunk.TargetSum[at];
                double below = double.CreateTruncating(max) - double.CreateTruncating(LowestNumber<T>.OrAbove(chunk.Max[at]));
                denseSum.Add(blockSum);
                denseGap.Add(chunk.Gap[at]);
                denseGap.Add(blockSum == 0 ? 0 : blockSum * below);
            }
        }

        SoftmaxState<T> state = new(max, others, T.CreateTruncating(row.TargetLogit), layer.FirstClass + largest);
        layer.Outputs.Count(row.Source, state);
        Complete(layer, ref row, state, (denseSum.Total, denseGap.Total));
    }

    /// <summary>The row's largest logit and its class, or NaN and the first class that has it.</summary>
    private static (T Max, int ArgMax) Largest<T>(in Chunk<T> chunk, nint first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = chunk.Max[first];
        int largest = 0;
        for (int block = 1; block < chunk.Blocks && !T.IsNaN(max); block++)
        {
            T candidate = chunk.Max[first + ((nint)block * chunk.PaddedRows)];
            if (!(candidate <= max))
            {
                max = candidate;
                largest = block;
            }
        }

        T argMax = chunk.ArgMax[first + ((nint)largest * chunk.PaddedRows)];
        return (max, (largest * Blocking.BlockClasses) + int.CreateTruncating(argMax));
    }
}
