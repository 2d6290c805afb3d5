namespace OutputGrad.Tests.Support.Problems;

/// <summary>How large what goes into one row's loss can be; all zeros for a row that does not count.</summary>
/// <param name="LogitSize">S: no logit, after the scale, nor any part of the sum that makes it, is larger.</param>
/// <param name="LogSumExp">S + ln V: |log sum exp| is not larger, nor is half of any -log p.</param>
/// <param name="Targets">Q: the sum over classes of |class weight times smoothed target|.</param>
/// <param name="Share">|row weight / divisor|.</param>
/// <param name="ZLossShare">|ZLoss times row weight / its divisor|.</param>
internal readonly record struct RowMagnitudes(double LogitSize, double LogSumExp, double Targets, double Share, double ZLossShare)
{
    public static RowMagnitudes[] Of(LogitProblem problem) =>
        Of(problem.Labels, (row, label) => Math.Abs(problem.Logits[(row * problem.Labels.Classes) + label]));

    public static RowMagnitudes[] Of(LayerProblem problem) => Of(problem.Labels, (row, label) =>
    {
        double size = problem.Bias.Length == 0 ? 0 : Math.Abs(problem.Bias[label]);
        for (int feature = 0; feature < problem.Features; feature++)
        {
            size += Math.Abs(problem.Weights[(label * problem.Features) + feature] * problem.Hidden[(row * problem.Features) + feature]);
        }

        return size;
    });

    private static RowMagnitudes[] Of(Labels labels, Func<int, int, double> logitSize)
    {
        RowMagnitudes[] rows = new RowMagnitudes[labels.Rows];
        (double divisor, double zLossDivisor) = (labels.Divisor, labels.ZLossDivisor);
        int[] classes = [.. Enumerable.Range(0, labels.Classes)];
        foreach (int row in labels.CountedRows())
        {
            double size = labels.Options.LogitScale * classes.Max(label => logitSize(row, label));
            rows[row] = new RowMagnitudes(
                size,
                size + Math.Log(labels.Classes),
                classes.Sum(label => Math.Abs(labels.WeightedTarget(row, label))),
                Math.Abs(labels.RowWeight(row) / divisor),
                labels.Options.ZLoss == 0 ? 0 : Math.Abs(labels.Options.ZLoss * labels.RowWeight(row) / zLossDivisor));
        }

        return rows;
    }
}
