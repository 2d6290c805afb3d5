using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>
/// <see cref="CrossEntropyOptions.MaxRowGradientNorm"/>: rows whose own gradient is longer than C are scaled down to it in dL/dW and dL/db,
/// and nothing else changes. The limits drawn lie between a quarter and three times the mean length.
/// </summary>
public class ClippingLaws
{
    [Law]
    public void OnlyTheSumsOverRowsAreClipped(LayerProblem problem, int seed)
    {
        CheckUnclipped<double>(problem, seed);
        CheckUnclipped<float>(problem, seed);
    }

    [Law]
    public void FromLogitsThereIsNothingToClip(LogitProblem problem, int seed)
    {
        LogitOutcome<double> expected = problem.Evaluate();
        LogitOutcome<double> actual = problem.With(options => options with { MaxRowGradientNorm = Chosen.Factor(seed) }).Evaluate();
        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows);
        Exactly.SameBits(expected.Gradient, actual.Gradient, "dL/dlogits");
    }

    /// <summary>A row as long as the limit is not longer than it.</summary>
    [Law]
    public void ALimitThatNoRowExceedsChangesNoBit(LayerProblem problem)
    {
        LayerOutcome<double> expected = problem.Evaluate();
        double longest = Matrix.LargestMagnitude(expected.Rows.GradientNorms);
        foreach (double limit in (double[])[longest == 0 ? 1 : longest, 1e6 + longest, double.MaxValue])
        {
            LayerProblem clipped = problem.With(options => options with { MaxRowGradientNorm = limit });
            Exactly.SameBits(expected, clipped.Evaluate());
            if (limit > longest)
            {
                Exactly.SameBits(problem.Evaluate<float>(), clipped.Evaluate<float>());
            }
        }
    }

    [Law]
    public void AClippedSumIsTheSumOfClippedRows(LayerProblem problem, int seed)
    {
        (LayerProblem clipped, LayerProblem weighted) = Clipped(problem, seed);
        double[] weights = new double[problem.Weights.Length], bias = new double[problem.Labels.Classes];
        LayerProblem unreduced = clipped.With(options => options with { Normalizer = null, AccumulateGradients = false });
        double divisor = clipped.Labels.Divisor;
        for (int row = 0; row < problem.Labels.Rows; row++)
        {
            LayerOutcome<double> own = unreduced.TakeRows(row).Evaluate();
            weights = Matrix.Sum(weights, Matrix.Scaled(own.Weights, 1 / divisor));
            bias = Matrix.Sum(bias, Matrix.Scaled(own.Bias, 1 / divisor));
        }

        LayerOutcome<double> actual = clipped.Evaluate();
        Agreement.WithinInSums(weighted, actual with { Weights = weights, Bias = bias }, actual);
    }

    /// <summary>
    /// Under a sum a single row's gradient is no longer than the limit, but for what rounding makes of the residuals: as much as their
    /// bounds in each number, where residuals of dense targets cancel.
    /// </summary>
    [Law]
    public void NoRowAloneIsLongerThanTheLimit(LayerProblem problem, int seed)
    {
        CheckLengths<double>(problem, seed);
        CheckLengths<float>(problem, seed);
    }

    /// <summary>The gradient of sum over n of c_n loss_n, where c_n is what clips row n and does not change with the parameters.</summary>
    [Law]
    public void AClippedGradientIsTheSlopeOfTheScaledDownLoss(LayerProblem problem, int seed)
    {
        (LayerProblem clipped, LayerProblem weighted) = Clipped(problem, seed);
        LayerOutcome<double> outcome = clipped.Evaluate();

        LayerSlopes.CheckWeights(weighted, outcome.Weights);
        if (weighted.Bias.Length > 0)
        {
            LayerSlopes.CheckBias(weighted, outcome.Bias);
        }
    }

    /// <summary>
    /// A sum with a limit, and the same with row weights in its place. (A mean's divisor would change with the row weights.)
    /// </summary>
    private static (LayerProblem Clipped, LayerProblem Weighted) Clipped(LayerProblem problem, int seed)
    {
        LayerProblem sum = problem.With(options => options with { Reduction = Reduction.Sum });
        double[] norms = sum.EvaluateLoss<double>().Rows.GradientNorms;
        double limit = Limit(norms, seed);
        double[] weights = [.. norms.Select((norm, row) => sum.Labels.RowWeight(row) * (norm > limit ? limit / norm : 1))];
        return (
            sum.With(options => options with { MaxRowGradientNorm = limit }),
            sum with { Labels = sum.Labels with { RowWeights = weights } });
    }

    private static double Limit(double[] norms, int seed)
    {
        double mean = norms.DefaultIfEmpty(0).Average();
        return Chosen.Factor(seed) * (mean == 0 ? 1 : mean);
    }

    private static void CheckUnclipped<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> expected = problem.Evaluate<T>();
        double limit = Limit(Near.Doubles(expected.Rows.GradientNorms), seed);
        LayerProblem clipped = problem.With(options => options with { MaxRowGradientNorm = limit });
        LayerOutcome<T> actual = clipped.Evaluate<T>();
        Exactly.SameBits(expected with { Weights = actual.Weights, Bias = actual.Bias }, actual);
        Exactly.SameBits(expected.Result, clipped.EvaluateLoss<T>().Result);
    }

    private static void CheckLengths<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (LayerProblem clipped, LayerProblem weighted) = Clipped(problem, seed);
        double limit = clipped.Labels.Options.MaxRowGradientNorm!.Value;
        foreach (int row in clipped.Labels.CountedRows())
        {
            LayerProblem alone = weighted.TakeRows(row).With(options => options with { Normalizer = null });
            LayerOutcome<T> outcome = clipped.TakeRows(row).With(options => options with { Normalizer = null }).Evaluate<T>();
            double[] bias = problem.Bias.Length == 0 ? [] : Near.Doubles(outcome.Bias);
            RoundingBounds<T> bounds = new(alone);
            double error = Matrix.Norm([
                .. outcome.Weights.Select((_, index) => bounds.WeightGradientError(index % problem.Features)),
                .. bias.Select(_ => bounds.BiasGradientError())]);
            Near.AtMost(limit, Matrix.Norm([.. Near.Doubles(outcome.Weights), .. bias]), 2 * error, $"length of row {row}");
        }
    }
}
