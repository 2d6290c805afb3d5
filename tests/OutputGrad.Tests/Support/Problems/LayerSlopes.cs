using Xunit;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>
/// Gradients of a layer, however they were computed, against measured slopes of its loss. The tolerance is the sum of both sides' error
/// bounds, and of what is known to be missing from the gradient.
/// </summary>
internal static class LayerSlopes
{
    /// <param name="problem">The layer.</param>
    /// <param name="gradient">Its dL/dH.</param>
    /// <param name="missing">How far any element of a row may be off besides.</param>
    public static void CheckHidden(LayerProblem problem, double[] gradient, Func<int, double>? missing = null)
    {
        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = Along(problem, bounds, Matrix.LargestMagnitude(problem.Weights));
        Check(problem, problem.Hidden, gradient, slopes, index =>
        {
            (int row, int feature) = Math.DivRem(index, problem.Features);
            return slopes.ErrorInRow(row) + bounds.HiddenGradientError(row, feature) + (missing?.Invoke(row) ?? 0);
        });
    }

    /// <param name="problem">The layer.</param>
    /// <param name="gradient">Its dL/dW.</param>
    /// <param name="missing">How far each of its elements may be off besides.</param>
    public static void CheckWeights(LayerProblem problem, double[] gradient, Func<int, double>? missing = null)
    {
        RoundingBounds<double> bounds = new(problem);
        Slopes slopes = Along(problem, bounds, Matrix.LargestMagnitude(problem.Hidden));
        Check(problem, problem.Weights, gradient, slopes, index =>
            slopes.ErrorInAllRows() + bounds.WeightGradientError(index % problem.Features) + (missing?.Invoke(index) ?? 0));
    }

    /// <param name="problem">The layer, with a bias or without.</param>
    /// <param name="gradient">Its dL/db.</param>
    /// <param name="missing">How far each of its elements may be off besides.</param>
    public static void CheckBias(LayerProblem problem, double[] gradient, Func<int, double>? missing = null)
    {
        LayerProblem biased = problem.Bias.Length > 0 ? problem : problem with { Bias = new double[problem.Labels.Classes] };
        RoundingBounds<double> bounds = new(biased);
        Slopes slopes = Along(biased, bounds, reach: 1);
        Check(biased, biased.Bias, gradient, slopes, index =>
            slopes.ErrorInAllRows() + bounds.BiasGradientError() + (missing?.Invoke(index) ?? 0));
    }

    public static Slopes Along(LayerProblem problem, RoundingBounds<double> bounds, double reach) =>
        new(problem.Labels, RowMagnitudes.Of(problem), bounds.LossError, reach);

    /// <summary>The mean over no rows is NaN, and its gradient 0 by definition.</summary>
    public static bool IsWithoutSlope(LayerProblem problem) => problem.Labels.CountedRows().Length == 0;

    private static void Check(LayerProblem problem, double[] parameters, double[] gradient, Slopes slopes, Func<int, double> tolerance)
    {
        if (IsWithoutSlope(problem))
        {
            Assert.All(gradient, slope => Assert.Equal(0, slope));
            return;
        }

        foreach (int index in Slopes.Sample(parameters))
        {
            Near.Equal(slopes.Measure(parameters, index, problem.Loss), gradient[index], tolerance(index), $"gradient[{index}]");
        }
    }
}
