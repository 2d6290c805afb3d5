using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>dL/dlogits against measured slopes of the loss. The tolerance is the sum of both sides' error bounds.</summary>
public class LogitSlopeLaws
{
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheLogitGradientIsTheSlopeOfTheLoss(LogitProblem problem) => CheckSingleSlopes(problem);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheLogitGradientIsTheSlopeOfTheLossWithSoftTargets(LogitProblem problem) => CheckSingleSlopes(problem);

    [Law]
    public void TheLogitGradientIsTheSlopeAlongAnyDirection(LogitProblem problem, int seed)
    {
        if (IsWithoutSlope(problem))
        {
            return;
        }

        double[] gradient = problem.Evaluate().Gradient;
        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = new(problem.Labels, RowMagnitudes.Of(problem), bounds.LossError, reach: 1);
        int[] direction = Chosen.Direction(problem.Logits.Length, seed);
        double measured = slopes.MeasureAlong(problem.Logits, direction, problem.Loss);
        double error = Enumerable.Range(0, problem.Labels.Rows).Sum(row => problem.Labels.Classes * bounds.LogitGradientError(row));
        Near.Equal(measured, Matrix.Dot(gradient, direction), slopes.ErrorInAllRows() + error, "dL/dt");
    }

    private static void CheckSingleSlopes(LogitProblem problem)
    {
        double[] gradient = problem.Evaluate().Gradient;
        if (IsWithoutSlope(problem))
        {
            Assert.All(gradient, slope => Assert.Equal(0, slope));
            return;
        }

        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = new(problem.Labels, RowMagnitudes.Of(problem), bounds.LossError, reach: 1);
        foreach (int index in Slopes.Sample(problem.Logits))
        {
            int row = index / problem.Labels.Classes;
            double measured = slopes.Measure(problem.Logits, index, problem.Loss);
            Near.Equal(measured, gradient[index], slopes.ErrorInRow(row) + bounds.LogitGradientError(row), $"dL/dlogits[{index}]");
        }
    }

    /// <summary>The mean over no rows is NaN, and its gradient 0 by definition.</summary>
    private static bool IsWithoutSlope(LogitProblem problem) => problem.Labels.CountedRows().Length == 0;
}
