using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>
/// As a function of the logits the loss is convex and as curved as the softmax allows, as long as no weight is negative and
/// neither z-loss nor softcap is there.
/// </summary>
public class ConvexityLaws
{
    [Law]
    public void NoRowLossIsNegative(LogitProblem problem)
    {
        LogitProblem convex = Convex(problem);
        LogitOutcome<double> outcome = convex.Evaluate();
        RoundingBounds<double> bounds = new(convex);
        for (int row = 0; row < convex.Labels.Rows; row++)
        {
            bool isOneClass = !convex.Labels.AreSoft && convex.Labels.Options.LabelSmoothing == 0;
            Near.AtMost(0, -outcome.Rows.Losses[row], isOneClass ? 0 : bounds.RowLossErrors[row], $"-loss of row {row}");
        }
    }

    /// <summary>Turning the true class's logit up never makes the loss worse, turning another's up never better.</summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheTrueClassIsPulledUpAndTheOthersDown(LogitProblem problem)
    {
        LogitProblem plain = Convex(problem).With(options => options with { LabelSmoothing = 0 });
        double[] gradient = plain.Evaluate().Gradient;
        int classes = plain.Labels.Classes;
        for (int index = 0; index < gradient.Length; index++)
        {
            bool isTrueClass = plain.Labels.Indices[index / classes] == index % classes;
            Assert.True(isTrueClass ? gradient[index] <= 0 : gradient[index] >= 0, $"dL/dlogits[{index}] is {gradient[index]}");
        }
    }

    [Law]
    public void TheLossBetweenTwoPointsIsAtMostTheirMean(LogitProblem problem, int seed)
    {
        LogitProblem start = Convex(problem);
        LogitProblem end = start with { Logits = Chosen.Numbers(start.Logits.Length, seed) };
        LogitProblem middle = start with { Logits = Matrix.Scaled(Matrix.Sum(start.Logits, end.Logits), 0.5) };
        double error = new RoundingBounds<double>(start).LossError + new RoundingBounds<double>(end).LossError
            + new RoundingBounds<double>(middle).LossError;
        Near.AtMost((start.Loss() + end.Loss()) / 2, middle.Loss(), error, "loss halfway");
    }

    /// <summary>The loss lies above its tangents.</summary>
    [Law]
    public void TheLossIsAtLeastWhatTheGradientForetells(LogitProblem problem, int seed)
    {
        LogitProblem start = Convex(problem);
        LogitProblem end = start with { Logits = Chosen.Numbers(start.Logits.Length, seed) };
        LogitOutcome<double> outcome = start.Evaluate();
        double foretold = outcome.Result.Loss;
        RoundingBounds<double> bounds = new(start);
        double error = bounds.LossError + new RoundingBounds<double>(end).LossError;
        for (int index = 0; index < start.Logits.Length; index++)
        {
            double distance = end.Logits[index] - start.Logits[index];
            foretold += outcome.Gradient[index] * distance;
            error += bounds.LogitGradientError(index / start.Labels.Classes) * Math.Abs(distance);
        }

        Near.AtMost(end.Loss(), foretold, error, "loss foretold");
    }

    /// <summary>
    /// The curvature diag(p) - p p^T is at most 1/2, so with a step of one over the largest curvature c the loss falls by at
    /// least |gradient|^2 / (2 c).
    /// </summary>
    [Law]
    public void AStepAgainstTheGradientLowersTheLoss(LogitProblem problem)
    {
        LogitProblem start = Convex(problem);
        double scale = start.Labels.Options.LogitScale;
        double curvature = RowMagnitudes.Of(start).Select(row => row.Share * row.Targets * scale * scale / 2).DefaultIfEmpty(0).Max();
        if (curvature == 0)
        {
            return;
        }

        LogitOutcome<double> outcome = start.Evaluate();
        double[] gradient = outcome.Gradient;
        LogitProblem end = start with { Logits = Matrix.Sum(start.Logits, Matrix.Scaled(gradient, -1 / curvature)) };
        double fall = Math.Pow(Matrix.Norm(gradient), 2) / (2 * curvature);
        double error = new RoundingBounds<double>(start).LossError + new RoundingBounds<double>(end).LossError;
        Near.AtMost(outcome.Result.Loss - fall, end.Loss(), 2 * error, "loss after the step");
    }

    private static LogitProblem Convex(LogitProblem problem)
    {
        Labels labels = problem.Labels with { RowWeights = Array.ConvertAll(problem.Labels.RowWeights, Math.Abs) };
        double[] classWeights = Array.ConvertAll(labels.Options.ClassWeights.ToArray(), Math.Abs);
        return problem with
        {
            Labels = labels.With(options => options with { ClassWeights = classWeights, ZLoss = 0, LogitSoftcap = 0 }).MadeWellPosed(),
        };
    }
}
