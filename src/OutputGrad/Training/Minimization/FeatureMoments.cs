using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Training.Minimization;

/// <summary>Means and mean squares of a batch's features over the rows that count, in double and in the order of the rows.</summary>
internal readonly struct FeatureMoments
{
    private FeatureMoments(double[] means, double[] meanSquares)
    {
        Means = means;
        MeanSquares = meanSquares;
    }

    public double[] Means { get; }

    public double[] MeanSquares { get; }

    /// <summary>Reads a batch whose sizes, row indices and targets have been checked, and of which some row counts.</summary>
    public static FeatureMoments Of<T>(LabeledBatch<T> batch, int ignoreIndex)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => batch.StoredHidden.Format switch
        {
            NumberFormat.Full => Of(batch.StoredHidden.Full, batch, ignoreIndex),
            NumberFormat.Half => Of(batch.StoredHidden.Half, batch, ignoreIndex),
            _ => Of(MemoryMarshal.Cast<ushort, BFloat16>(batch.StoredHidden.BFloat16), batch, ignoreIndex),
        };

    private static FeatureMoments Of<TStored, T>(ReadOnlySpan<TStored> hidden, LabeledBatch<T> batch, int ignoreIndex)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int features = hidden.Length / batch.Rows;
        double[] sums = new double[features];
        double[] squares = new double[features];
        double[] vector = new double[features];
        int rows = 0;
        for (int i = 0; i < batch.SelectedRows; i++)
        {
            int row = batch.RowIndices.IsEmpty ? i : batch.RowIndices[i];
            if (!batch.HasSoftTargets && batch.Targets[row] == ignoreIndex)
            {
                continue;
            }

            ReadOnlySpan<TStored> stored = hidden.Slice(row * features, features);
            for (int d = 0; d < features; d++)
            {
                vector[d] = double.CreateTruncating(Widening.Number<TStored, T>(stored[d]));
            }

            TensorPrimitives.Add<double>(sums, vector, sums);
            TensorPrimitives.FusedMultiplyAdd<double>(vector, vector, squares, squares);
            rows++;
        }

        TensorPrimitives.Divide(sums, rows, sums);
        TensorPrimitives.Divide(squares, rows, squares);
        return new(sums, squares);
    }
}
