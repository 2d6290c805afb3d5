using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>Scale, softcap and z-loss.</summary>
public class LogitOptionLaws
{
    [Law]
    public void TheScaleIsAFactorOfLogitsAndGradient(LogitProblem problem)
    {
        double scale = problem.Labels.Options.LogitScale;
        LogitProblem scaled =
            problem.With(options => options with { LogitScale = 1 }) with { Logits = Matrix.Scaled(problem.Logits, scale) };
        LogitOutcome<double> outcome = scaled.Evaluate();
        Agreement.Within(problem, outcome with { Gradient = Matrix.Scaled(outcome.Gradient, scale) }, problem.Evaluate());
    }

    /// <summary>
    /// c tanh(z / c) is less than |z|^3 / (3 c^2) off z, and its slope less than (z / c)^2 off 1: nothing at c = 1e8, and at 1e3 what the
    /// tolerance below says. A residual moves by less than its size times four times what the logits move by.
    /// </summary>
    [Law]
    public void AWideSoftcapIsAlmostNone(LogitProblem problem, bool wider)
    {
        double softcap = wider ? 1e8 : 1e3;
        LogitProblem capped = problem.With(options => options with { LogitSoftcap = softcap });
        LogitProblem uncapped = problem.With(options => options with { LogitSoftcap = 0 });
        LogitOutcome<double> actual = capped.Evaluate();
        LogitOutcome<double> expected = uncapped.Evaluate();
        RoundingBounds<double> bounds = new(capped);
        RowMagnitudes[] magnitudes = RowMagnitudes.Of(problem);
        double Moved(int row) => Math.Pow(magnitudes[row].LogitSize, 3) / (3 * softcap * softcap);
        double lossMoved = Enumerable.Range(0, problem.Labels.Rows).Sum(row =>
            Moved(row) * 2
                * ((magnitudes[row].Share * magnitudes[row].Targets) + (magnitudes[row].ZLossShare * magnitudes[row].LogSumExp)));
        Near.Equal(expected.Result.Loss, actual.Result.Loss, (2 * bounds.LossError) + lossMoved, "loss");
        Near.Equal(
            expected.Gradient,
            actual.Gradient,
            index =>
            {
                int row = index / problem.Labels.Classes;
                double bent = Math.Pow(magnitudes[row].LogitSize / softcap, 2);
                double zLossMoved = 2 * problem.Labels.Options.LogitScale * magnitudes[row].ZLossShare * Moved(row);
                return (2 * bounds.LogitGradientError(row)) + (bounds.LogitGradient(row) * ((4 * Moved(row)) + bent)) + zLossMoved;
            },
            "dL/dlogits");
    }

    [Law]
    public void NoCappedLogitExceedsTheSoftcap(LogitProblem problem)
    {
        double softcap = problem.Labels.Options.LogitSoftcap;
        if (softcap == 0)
        {
            return;
        }

        double[] logSumExp = problem.EvaluateLoss<double>().Rows.LogSumExp;
        RoundingBounds<double> bounds = new(problem);
        double most = softcap + Math.Log(problem.Labels.Classes);
        for (int row = 0; row < logSumExp.Length; row++)
        {
            Near.AtMost(most, Math.Abs(logSumExp[row]), bounds.LogSumExpErrors[row], $"|log sum exp| of row {row}");
        }
    }

    [Law]
    public void TheZLossIsTheWeightedMeanOfSquaredLogSumExp(LogitProblem problem)
    {
        LogitOutcome<double> outcome = problem.Evaluate();
        double without = problem.With(options => options with { ZLoss = 0 }).Loss();
        double error = new RoundingBounds<double>(problem).LossError;
        Near.Equal(without, outcome.Result.Loss - outcome.Result.ZLoss, 2 * error, "loss less its z-loss");

        double sum = problem.Labels.CountedRows().Sum(row => problem.Labels.RowWeight(row) * Math.Pow(outcome.Rows.LogSumExp[row], 2));
        double expected = problem.Labels.Options.ZLoss == 0 ? 0 : problem.Labels.Options.ZLoss * sum / problem.Labels.ZLossDivisor;
        Near.Equal(expected, outcome.Result.ZLoss, 2 * error, "z-loss");
    }
}
