using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>What is said of single rows agrees with what is said of the batch.</summary>
public class RowResultLaws
{
    [Law]
    public void TheRowLossesReduceToTheLoss(LogitProblem problem)
    {
        LogitOutcome<double> outcome = problem.Evaluate();
        Labels labels = problem.Labels;
        double ZLoss(int row) => labels.Options.ZLoss * Math.Pow(outcome.Rows.LogSumExp[row], 2);
        double sum = labels.CountedRows().Sum(row => labels.RowWeight(row) * (outcome.Rows.Losses[row] - ZLoss(row)));
        double zLossSum = labels.CountedRows().Sum(row => labels.RowWeight(row) * ZLoss(row));
        double zLoss = labels.Options.ZLoss == 0 ? 0 : zLossSum / labels.ZLossDivisor;
        Near.Equal((sum / labels.Divisor) + zLoss, outcome.Result.Loss, 2 * new RoundingBounds<double>(problem).LossError, "loss");
    }

    [Law]
    public void ARowLossIsTheSumOfTargetsTimesMinusLogProbabilities(LogitProblem problem)
    {
        RowOutcome<double> rows = problem.EvaluateLoss<double>().Rows;
        RoundingBounds<double> bounds = new(problem);
        foreach (int row in problem.Labels.CountedRows())
        {
            double loss = problem.Labels.Options.ZLoss * Math.Pow(rows.LogSumExp[row], 2);
            for (int label = 0; label < problem.Labels.Classes; label++)
            {
                loss += problem.Labels.WeightedTarget(row, label) * (rows.LogSumExp[row] - problem.SeenLogit(row, label));
            }

            Near.Equal(loss, rows.Losses[row], 2 * bounds.RowLossErrors[row], $"loss of row {row}");
        }
    }

    [Law]
    public void CountsAreExact(LayerProblem problem)
    {
        LayerOutcome<double> outcome = problem.Evaluate();
        int[] counted = problem.Labels.CountedRows();
        Assert.Equal(counted.Length, outcome.Result.Rows);
        Assert.Equal(
            problem.Labels.AreSoft ? 0 : counted.Count(row => outcome.Rows.Predictions[row] == problem.Labels.Indices[row]),
            outcome.Result.Correct);
        Assert.Equal(0, outcome.Result.FilteredMass);
    }

    /// <summary>Scaling keeps the order of different logits, 1/64 apart or more; a softcap may make them equal.</summary>
    [Law]
    public void ThePredictionIsTheLargestLogitAndTheLowestClassOnTies(LogitProblem problem)
    {
        LogitProblem uncapped = problem.With(options => options with { LogitSoftcap = 0 });
        int[] predictions = uncapped.EvaluateLoss<double>().Rows.Predictions;
        int[] inSingle = uncapped.EvaluateLoss<float>().Rows.Predictions;
        foreach (int row in problem.Labels.CountedRows())
        {
            double[] logits = Matrix.Row(problem.Logits, problem.Labels.Classes, row);
            Assert.Equal(Array.IndexOf(logits, logits.Max()), predictions[row]);
            Assert.Equal(predictions[row], inSingle[row]);
        }
    }

    /// <summary>But for logits that rounding, or a softcap, makes equal.</summary>
    [Law]
    public void TheLayersPredictionIsTheLargestLogit(LayerProblem problem)
    {
        int[] predictions = problem.EvaluateLoss<double>().Rows.Predictions;
        LogitProblem logits = problem.ToLogits();
        RoundingBounds<double> bounds = new(problem);
        foreach (int row in problem.Labels.CountedRows())
        {
            double largest = Enumerable.Range(0, problem.Labels.Classes).Max(label => logits.SeenLogit(row, label));
            Near.AtMost(logits.SeenLogit(row, predictions[row]), largest, 2 * bounds.LogSumExpErrors[row], $"largest logit of row {row}");
        }
    }

    /// <summary>With each class there twice, the sum of exponentials doubles, and each largest logit has an equal further on.</summary>
    [Law]
    public void ATwinOfEveryClassAddsLogTwoAndIsNeverPredicted(LayerProblem problem)
    {
        int[] classes = [.. Enumerable.Range(0, problem.Labels.Classes)];
        LayerProblem twins = problem.TakeClasses([.. classes, .. classes]);
        LayerOutcome<double> outcome = problem.EvaluateLoss<double>();
        LayerOutcome<double> actual = twins.EvaluateLoss<double>();
        Assert.Equal(outcome.Rows.Predictions, actual.Rows.Predictions);
        RoundingBounds<double> bounds = new(twins);
        foreach (int row in problem.Labels.CountedRows())
        {
            double expected = outcome.Rows.LogSumExp[row] + Math.Log(2);
            Near.Equal(expected, actual.Rows.LogSumExp[row], 2 * bounds.LogSumExpErrors[row], $"log sum exp of row {row}");
        }
    }

    [Law]
    public void ProbabilitiesByLogSumExpSumToOne(LogitProblem problem)
    {
        LogitProblem uncapped = problem.With(options => options with { LogitSoftcap = 0 });
        double[] logSumExp = uncapped.EvaluateLoss<double>().Rows.LogSumExp;
        RoundingBounds<double> bounds = new(uncapped);
        foreach (int row in problem.Labels.CountedRows())
        {
            double[] logits = Matrix.Row(problem.Logits, problem.Labels.Classes, row);
            double sum = logits.Sum(logit => Math.Exp((problem.Labels.Options.LogitScale * logit) - logSumExp[row]));
            Near.Equal(1, sum, 2 * bounds.LogSumExpErrors[row], $"sum of the probabilities of row {row}");
        }
    }

    [Law]
    public void AGradientNormIsThatOfTheRowAlone(LayerProblem problem)
    {
        double[] norms = problem.Evaluate().Rows.GradientNorms;
        LayerProblem sum = problem.With(options => options with { Reduction = Reduction.Sum, Normalizer = null });
        for (int row = 0; row < norms.Length; row++)
        {
            LayerProblem alone = sum.TakeRows(row);
            LayerOutcome<double> own = alone.Evaluate();
            RoundingBounds<double> bounds = new(alone);
            double[] bias = problem.Bias.Length == 0 ? [] : own.Bias;
            double expected = Matrix.Norm([.. own.Weights, .. bias]);
            double error = Matrix.Norm([
                .. own.Weights.Select((_, index) => bounds.WeightGradientError(index % alone.Features)),
                .. bias.Select(_ => bounds.BiasGradientError())]);
            double sums = Near.Roundoff<double>() * (own.Weights.Length + bias.Length + 8) * expected;
            Near.Equal(expected, norms[row], (2 * error) + sums, $"gradient norm of row {row}");
        }
    }

    [Law]
    public void ALogitGradientNormIsThatOfTheRowAlone(LogitProblem problem)
    {
        CheckNorms<double>(problem);
        CheckNorms<float>(problem);
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void IgnoredRowsHaveNoResults(LogitProblem problem)
    {
        LogitOutcome<double> outcome = problem.Evaluate();
        int classes = problem.Labels.Classes;
        foreach (int row in Enumerable.Range(0, problem.Labels.Rows).Except(problem.Labels.CountedRows()))
        {
            Assert.Equal((0, 0, -1, 0), outcome.Rows.Of(row));
            Exactly.SameBits(new double[classes], Matrix.Row(outcome.Gradient, classes, row), $"dL/dlogits of ignored row {row}");
        }
    }

    private static void CheckNorms<T>(LogitProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] norms = Near.Doubles(problem.Evaluate<T>().Rows.GradientNorms);
        LogitProblem sum = problem.With(options => options with { Reduction = Reduction.Sum, Normalizer = null });
        RoundingBounds<T> bounds = new(sum);
        double[] gradient = Near.Doubles(sum.Evaluate<T>().Gradient);
        for (int row = 0; row < norms.Length; row++)
        {
            double expected = Matrix.Norm(Matrix.Row(gradient, problem.Labels.Classes, row));
            double error = Math.Sqrt(problem.Labels.Classes) * bounds.LogitGradientError(row);
            double sums = Near.Roundoff<T>() * (problem.Labels.Classes + 8) * expected;
            Near.Equal(expected, norms[row], (2 * error) + sums, $"gradient norm of row {row}");
        }
    }
}
