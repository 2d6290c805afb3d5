using Xunit;

namespace OutputGrad.Tests.Properties;

/// <summary>dL/dH, dL/dW and dL/db against measured slopes of the loss. The tolerance is the sum of both sides' error bounds.</summary>
public class LayerSlopeLaws
{
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheHiddenGradientIsTheSlopeOfTheLoss(LayerProblem problem) => CheckHidden(problem);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheHiddenGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) => CheckHidden(problem);

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheWeightGradientIsTheSlopeOfTheLoss(LayerProblem problem) => CheckWeights(problem);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheWeightGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) => CheckWeights(problem);

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheBiasGradientIsTheSlopeOfTheLoss(LayerProblem problem) => CheckBias(problem);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheBiasGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) => CheckBias(problem);

    [Law]
    public void TheHiddenGradientIsTheSlopeAlongAnyDirection(LayerProblem problem, int seed)
    {
        if (IsWithoutSlope(problem))
        {
            return;
        }

        double[] gradient = problem.Evaluate().Hidden;
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, problem.Features * Matrix.LargestMagnitude(problem.Weights));
        int[] direction = Chosen.Direction(gradient.Length, seed);
        double error = Enumerable.Range(0, gradient.Length)
            .Sum(index => bounds.HiddenGradientError(index / problem.Features, index % problem.Features));
        double measured = slopes.MeasureAlong(problem.Hidden, direction, problem.Loss);
        Expect.Near(measured, Matrix.Dot(gradient, direction), slopes.ErrorInAllRows() + error, "dL/dt");
    }

    [Law]
    public void TheWeightGradientIsTheSlopeAlongAnyDirection(LayerProblem problem, int seed)
    {
        if (IsWithoutSlope(problem))
        {
            return;
        }

        double[] gradient = problem.Evaluate().Weights;
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, problem.Features * Matrix.LargestMagnitude(problem.Hidden));
        int[] direction = Chosen.Direction(gradient.Length, seed);
        double error = Enumerable.Range(0, gradient.Length).Sum(index => bounds.WeightGradientError(index % problem.Features));
        double measured = slopes.MeasureAlong(problem.Weights, direction, problem.Loss);
        Expect.Near(measured, Matrix.Dot(gradient, direction), slopes.ErrorInAllRows() + error, "dL/dt");
    }

    private static void CheckHidden(LayerProblem problem)
    {
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, Matrix.LargestMagnitude(problem.Weights));
        Check(problem, problem.Hidden, problem.Evaluate().Hidden, slopes, index =>
        {
            (int row, int feature) = Math.DivRem(index, problem.Features);
            return slopes.ErrorInRow(row) + bounds.HiddenGradientError(row, feature);
        });
    }

    private static void CheckWeights(LayerProblem problem)
    {
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, Matrix.LargestMagnitude(problem.Hidden));
        Check(problem, problem.Weights, problem.Evaluate().Weights, slopes, index =>
            slopes.ErrorInAllRows() + bounds.WeightGradientError(index % problem.Features));
    }

    private static void CheckBias(LayerProblem problem)
    {
        LayerProblem biased = problem.Bias.Length > 0 ? problem : problem with { Bias = new double[problem.Labels.Classes] };
        RoundingBounds bounds = new(biased);
        Slopes slopes = Along(biased, bounds, reach: 1);
        Check(biased, biased.Bias, problem.Evaluate().Bias, slopes, _ => slopes.ErrorInAllRows() + bounds.BiasGradientError());
    }

    private static Slopes Along(LayerProblem problem, RoundingBounds bounds, double reach) =>
        new(problem.Labels, RowMagnitudes.Of(problem), bounds.LossError, reach);

    private static void Check(LayerProblem problem, double[] parameters, double[] gradient, Slopes slopes, Func<int, double> tolerance)
    {
        if (IsWithoutSlope(problem))
        {
            Assert.All(gradient, slope => Assert.Equal(0, slope));
            return;
        }

        foreach (int index in Slopes.Sample(parameters))
        {
            Expect.Near(slopes.Measure(parameters, index, problem.Loss), gradient[index], tolerance(index), $"gradient[{index}]");
        }
    }

    /// <summary>The mean over no rows is NaN, and its gradient 0 by definition.</summary>
    private static bool IsWithoutSlope(LayerProblem problem) => problem.Labels.CountedRows().Length == 0;
}
