using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Training.Minimization;

/// <summary>How many rows of a batch count, and of each class.</summary>
internal readonly struct ClassCounts
{
    private readonly int[] _ofClass;

    private ClassCounts(int rows, int[] ofClass)
    {
        Rows = rows;
        _ofClass = ofClass;
    }

    /// <summary>The rows that count.</summary>
    public int Rows { get; }

    /// <summary>Counts, and checks row indices, targets and the signs of row weights.</summary>
    public static ClassCounts Of<T>(LabeledBatch<T> batch, int classes, int ignoreIndex)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] counts = new int[classes];
        int rows = 0;
        for (int i = 0; i < batch.SelectedRows; i++)
        {
            int row = batch.RowIndices.IsEmpty ? i : RowIndex.Checked(batch.RowIndices[i], i, batch.Rows);
            if (!batch.HasSoftTargets)
            {
                int target = batch.Targets[row];
                if (!ClassIndex.Counts(target, row, classes, ignoreIndex))
                {
                    continue;
                }

                counts[target]++;
            }

            if (!batch.RowWeights.IsEmpty && batch.RowWeights[row] < T.Zero)
            {
                throw Checks.OutOfRange(
                    "batch",
                    batch.RowWeights[row],
                    $"rowWeights has {batch.RowWeights[row]} in row {row}; a fit's weights are not negative.");
            }

            rows++;
        }

        return new(rows, counts);
    }

    /// <summary>Weights by which every class counts the same, times those that it already has.</summary>
    public double[] Balance(ReadOnlySpan<double> weights)
    {
        double[] balanced = new double[_ofClass.Length];
        for (int c = 0; c < balanced.Length; c++)
        {
            double weight = _ofClass[c] == 0 ? 0 : Rows / ((double)balanced.Length * _ofClass[c]);
            balanced[c] = weights.IsEmpty ? weight : weight * weights[c];
        }

        return balanced;
    }
}
