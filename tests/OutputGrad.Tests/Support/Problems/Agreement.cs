using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>
/// Two computed outcomes that should be the same but for rounding: each may be off by its bound, so they may differ by two.
/// </summary>
internal static class Agreement
{
    public static void Within<T>(LogitProblem problem, LogitOutcome<T> expected, LogitOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds<T> bounds = new(problem);
        Near.Equal(expected.Result.Loss, actual.Result.Loss, 2 * bounds.LossError, "loss");
        Near.Equal(
            Near.Doubles(expected.Gradient),
            actual.Gradient,
            index => 2 * bounds.LogitGradientError(index / problem.Labels.Classes),
            "dL/dlogits");
    }

    public static void Within<T>(LayerProblem problem, LayerOutcome<T> expected, LayerOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds<T> bounds = new(problem);
        Near.Equal(expected.Result.Loss, actual.Result.Loss, 2 * bounds.LossError, "loss");
        Near.Equal(
            Near.Doubles(expected.Hidden),
            actual.Hidden,
            index => 2 * bounds.HiddenGradientError(index / problem.Features, index % problem.Features),
            "dL/dH");
        WithinInSums(problem, expected, actual);
    }

    /// <summary>dL/dW and dL/db alone.</summary>
    public static void WithinInSums<T>(LayerProblem problem, LayerOutcome<T> expected, LayerOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds<T> bounds = new(problem);
        Near.Equal(
            Near.Doubles(expected.Weights),
            actual.Weights,
            index => 2 * bounds.WeightGradientError(index % problem.Features),
            "dL/dW");
        Near.Equal(Near.Doubles(expected.Bias), actual.Bias, _ => 2 * bounds.BiasGradientError(), "dL/db");
    }
}
