using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>From what each block of classes says of a row to the row's softmax, loss and factors, in double and in the order of the blocks.</summary>
internal static unsafe class RowMerge
{
    public static void Merge<T>(in LayerMemory<T> layer, in Chunk<T> chunk, int strip)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            Merge(layer, chunk, ref chunk.RowsOf(strip)[lane], chunk.At(0, strip) + lane);
        }
    }

    private static void Merge<T>(in LayerMemory<T> layer, in Chunk<T> chunk, ref RowState row, nint first)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (double max, row.Prediction) = Largest(chunk, first);
        double others = 0;
        double gap = 0;
        double targetSum = 0;
        for (int block = 0; block < chunk.Blocks; block++)
        {
            nint at = first + ((nint)block * chunk.PaddedRows);
            double below = max - double.CreateTruncating(chunk.Max[at]);
            double weight = Exponential<SimdScalar<double>, double, double>.Exp(-below);
            others += weight * double.CreateTruncating(chunk.Sum[at]);
            chunk.Sum[at] = T.CreateTruncating(weight);
            if (layer.HasDenseTargets)
            {
                double blockSum = double.CreateTruncating(chunk.TargetSum[at]);
                targetSum += blockSum;
                gap += double.CreateTruncating(chunk.Gap[at]) + (blockSum == 0 ? 0 : blockSum * below);
            }
        }

        RowSoftmax softmax = new(max, row.Target < 0 ? double.NegativeInfinity : row.TargetLogit, others);
        RowTarget target = row.Target < 0
            ? new(Class: -1, Spike: 0, Dense: targetSum, DenseAtClass: 0)
            : layer.Terms.TargetAt(row.Target, layer.Batch.ClassWeight(row.Target));
        row.LogSumExp = softmax.LogSumExp;
        row.CrossEntropy = target.CrossEntropy(softmax, gap);
        row.Factors = new(layer.Terms, target, softmax, row.Weight);
        if (layer.Outputs.GradientNorms != null)
        {
            row.Unreduced = RowFactors.Unreduced(layer.Terms, target, softmax, row.Weight);
        }
    }

    /// <summary>The row's largest logit and its class, or NaN and the first class that has it.</summary>
    private static (double Max, int ArgMax) Largest<T>(in Chunk<T> chunk, nint first)
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
        return (double.CreateTruncating(max), (largest * Chunk<T>.BlockClasses) + int.CreateTruncating(argMax));
    }
}
