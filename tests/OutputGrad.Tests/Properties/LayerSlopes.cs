using Xunit;

namespace OutputGrad.Tests.Properties;

/// <summary>Gradients of a layer's loss against measured slopes. The tolerance is the sum of both sides' error bounds.</summary>
internal static class LayerSlopes
{
    /// <summary>The slopes along a parameter that moves a logit by at most <paramref name="reach"/> times its own change.</summary>
    public static Slopes Along(LayerProblem problem, RoundingBounds bounds, double reach) =>
        new(problem.Labels, RowMagnitudes.Of(problem), bounds.LossError, reach);

    /// <param name="problem">Whose loss is measured.</param>
    /// <param name="weights">What should be the slopes of all its weights.</param>
    /// <param name="error">By how much they may be off beyond what a gradient may.</param>
    public static void CheckWeights(LayerProblem problem, double[] weights, Func<int, double> error)
    {
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, Matrix.LargestMagnitude(problem.Hidden));
        Check(problem, problem.Weights, weights, slopes, index =>
            slopes.ErrorInAllRows() + bounds.WeightGradientError(index % problem.Features) + error(index));
    }

    /// <summary>The same of a bias that is there.</summary>
    public static void CheckBias(LayerProblem problem, double[] bias, Func<int, double> error)
    {
        RoundingBounds bounds = new(problem);
        Slopes slopes = Along(problem, bounds, reach: 1);
        Check(problem, problem.Bias, bias, slopes, index => slopes.ErrorInAllRows() + bounds.BiasGradientError() + error(index));
    }

    public static void Check(LayerProblem problem, double[] parameters, double[] gradient, Slopes slopes, Func<int, double> tolerance)
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
    public static bool IsWithoutSlope(LayerProblem problem) => problem.Labels.CountedRows().Length == 0;
}
