using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>dL/dH, dL/dW and dL/db against measured slopes of the loss.</summary>
public class LayerSlopeLaws
{
    /// <summary>Of a problem with more parameters they are not all measured.</summary>
    private const int MostMeasuredAtOnce = 1_000;

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheHiddenGradientIsTheSlopeOfTheLoss(LayerProblem problem) =>
        LayerSlopes.CheckHidden(problem, problem.Evaluate().Hidden);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheHiddenGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) =>
        LayerSlopes.CheckHidden(problem, problem.Evaluate().Hidden);

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheWeightGradientIsTheSlopeOfTheLoss(LayerProblem problem) =>
        LayerSlopes.CheckWeights(problem, problem.Evaluate().Weights);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheWeightGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) =>
        LayerSlopes.CheckWeights(problem, problem.Evaluate().Weights);

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheBiasGradientIsTheSlopeOfTheLoss(LayerProblem problem) =>
        LayerSlopes.CheckBias(problem, problem.Evaluate().Bias);

    [Law(Arbitrary = [typeof(SoftTargetProblems)])]
    public void TheBiasGradientIsTheSlopeOfTheLossWithSoftTargets(LayerProblem problem) =>
        LayerSlopes.CheckBias(problem, problem.Evaluate().Bias);

    [Law]
    public void TheHiddenGradientIsTheSlopeAlongAnyDirection(LayerProblem problem, int seed)
    {
        if (LayerSlopes.IsWithoutSlope(problem))
        {
            return;
        }

        double[] gradient = problem.Evaluate().Hidden;
        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = LayerSlopes.Along(problem, bounds, problem.Features * Matrix.LargestMagnitude(problem.Weights));
        int[] direction = Chosen.Direction(gradient.Length, seed);
        double error = Enumerable.Range(0, gradient.Length)
            .Sum(index => bounds.HiddenGradientError(index / problem.Features, index % problem.Features));
        double measured = slopes.MeasureAlong(problem.Hidden, direction, problem.Loss);
        Near.Equal(measured, Matrix.Dot(gradient, direction), slopes.ErrorInAllRows() + error, "dL/dt");
    }

    [Law]
    public void TheWeightGradientIsTheSlopeAlongAnyDirection(LayerProblem problem, int seed)
    {
        if (LayerSlopes.IsWithoutSlope(problem))
        {
            return;
        }

        double[] gradient = problem.Evaluate().Weights;
        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = LayerSlopes.Along(problem, bounds, problem.Features * Matrix.LargestMagnitude(problem.Hidden));
        int[] direction = Chosen.Direction(gradient.Length, seed);
        double error = Enumerable.Range(0, gradient.Length).Sum(index => bounds.WeightGradientError(index % problem.Features));
        double measured = slopes.MeasureAlong(problem.Weights, direction, problem.Loss);
        Near.Equal(measured, Matrix.Dot(gradient, direction), slopes.ErrorInAllRows() + error, "dL/dt");
    }

    /// <summary>
    /// A row's gradient norm is the length of the vector of its loss's slopes along all weights, and the bias where there is one.
    /// </summary>
    [Law]
    public void TheNormOfARowIsTheLengthOfItsSlopes(LayerProblem problem, int seed)
    {
        if (problem.Labels.Rows == 0 || problem.Weights.Length > MostMeasuredAtOnce)
        {
            return;
        }

        int row = Chosen.Count(problem.Labels.Rows - 1, seed);
        LayerProblem alone = problem.TakeRows(row).With(options => options with { Reduction = Reduction.Sum, Normalizer = null });
        double norm = problem.EvaluateLoss<double>().Rows.GradientNorms[row];
        if (LayerSlopes.IsWithoutSlope(alone))
        {
            Assert.Equal(0, norm);
            return;
        }

        RoundingBounds<double> bounds = new(alone);
        Slopes alongWeights = LayerSlopes.Along(alone, bounds, Matrix.LargestMagnitude(alone.Hidden)),
            alongBias = LayerSlopes.Along(alone, bounds, reach: 1);
        double[] slopes =
        [
            .. alone.Weights.Select((_, index) => alongWeights.Measure(alone.Weights, index, alone.Loss)),
            .. alone.Bias.Select((_, index) => alongBias.Measure(alone.Bias, index, alone.Loss)),
        ];
        double error = Matrix.Norm([
            .. alone.Weights.Select((_, index) => alongWeights.ErrorInRow(0) + bounds.WeightGradientError(index % alone.Features)),
            .. alone.Bias.Select(_ => alongBias.ErrorInRow(0) + bounds.BiasGradientError())]);
        double sums = Near.Roundoff<double>() * (slopes.Length + 8) * norm;
        Near.Equal(Matrix.Norm(slopes), norm, error + sums, $"gradient norm of row {row}");
    }
}
