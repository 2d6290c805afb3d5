using System.Numerics;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// What the mean of the loss's two terms over some rows divides by. Rows that are split over ranks have one mean, so their divisors are
/// added up.
/// </summary>
/// <param name="Rows">The rows that count.</param>
/// <param name="Targets">The sum of row weight times the target's class weight: the cross-entropy's divisor.</param>
/// <param name="RowWeights">The sum of row weights: the z-loss's divisor.</param>
internal readonly record struct MeanDivisors(int Rows, double Targets, double RowWeights)
{
    /// <summary>Of a batch whose targets and row indices have been checked.</summary>
    public static MeanDivisors Of<T>(LabeledBatch<T> batch, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<double> classWeights = options.ClassWeights.Span;
        int rows = 0, selected = batch.RowIndices.IsEmpty ? batch.Rows : batch.RowIndices.Length;
        double targets = 0, rowWeights = 0;
        for (int i = 0; i < selected; i++)
        {
            int row = batch.RowIndices.IsEmpty ? i : batch.RowIndices[i];
            if (batch.HasSoftTargets || batch.Targets[row] != options.IgnoreIndex)
            {
                double weight = batch.RowWeights.IsEmpty ? 1 : double.CreateTruncating(batch.RowWeights[row]);
                rows++;
                rowWeights += weight;
                targets += batch.HasSoftTargets || classWeights.IsEmpty ? weight : weight * classWeights[batch.Targets[row]];
            }
        }

        return new(rows, targets, rowWeights);
    }

    /// <summary>The options by which the mean over all parts of the rows is what each part's results add up to.</summary>
    /// <param name="options">Those of the call.</param>
    /// <param name="parts">The divisors of each part, in their order.</param>
    /// <exception cref="ArgumentException">The divisor is not positive, which options cannot say.</exception>
    public static CrossEntropyOptions Over(CrossEntropyOptions options, ReadOnlySpan<MeanDivisors> parts)
    {
        if (options.Normalizer is not null || options.Reduction != Reduction.Mean)
        {
            return options;
        }

        MeanDivisors all = default;
        foreach (MeanDivisors part in parts)
        {
            all = new(checked(all.Rows + part.Rows), all.Targets + part.Targets, all.RowWeights + part.RowWeights);
        }

        if (all.Rows == 0)
        {
            // the mean of no rows, NaN, as it is in each part
            return options;
        }

        double zLoss = options.ZLoss == 0 ? 0 : options.ZLoss * (all.Targets / all.RowWeights);
        return all.Targets > 0 && double.IsFinite(all.Targets) && zLoss >= 0 && double.IsFinite(zLoss)
            ? options with { Normalizer = all.Targets, ZLoss = zLoss }
            : throw new ArgumentException(
                $"The weights of all ranks' targets add up to {all.Targets} and those of their rows to {all.RowWeights}; a mean over rows "
                + "that are split needs sums that are positive. Set Normalizer.",
                nameof(options));
    }
}
