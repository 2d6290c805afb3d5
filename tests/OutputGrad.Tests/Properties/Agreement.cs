using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Properties;

/// <summary>
/// Two computed outcomes that should be the same but for rounding: each may be off by its bound, so they may differ by two.
/// </summary>
internal static class Agreement
{
    public static double Roundoff<T>() => typeof(T) == typeof(float) ? RoundingBounds.FloatRoundoff : RoundingBounds.DoubleRoundoff;

    public static void Near<T>(LogitProblem problem, LogitOutcome<T> expected, LogitOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds bounds = new(problem, Roundoff<T>());
        Expect.Near(expected.Result.Loss, actual.Result.Loss, 2 * bounds.LossError, "loss");
        Expect.Near(
            Matrix.ToDouble(expected.Gradient),
            Matrix.ToDouble(actual.Gradient),
            index => 2 * bounds.LogitGradientError(index / problem.Labels.Classes),
            "dL/dlogits");
    }

    public static void Near<T>(LayerProblem problem, LayerOutcome<T> expected, LayerOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds bounds = new(problem, Roundoff<T>());
        Expect.Near(expected.Result.Loss, actual.Result.Loss, 2 * bounds.LossError, "loss");
        Expect.Near(
            Matrix.ToDouble(expected.Hidden),
            Matrix.ToDouble(actual.Hidden),
            index => 2 * bounds.HiddenGradientError(index / problem.Features, index % problem.Features),
            "dL/dH");
        NearInSums(problem, expected, actual);
    }

    /// <summary>dL/dW and dL/db alone.</summary>
    public static void NearInSums<T>(LayerProblem problem, LayerOutcome<T> expected, LayerOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RoundingBounds bounds = new(problem, Roundoff<T>());
        Expect.Near(
            Matrix.ToDouble(expected.Weights),
            Matrix.ToDouble(actual.Weights),
            index => 2 * bounds.WeightGradientError(index % problem.Features),
            "dL/dW");
        Expect.Near(Matrix.ToDouble(expected.Bias), Matrix.ToDouble(actual.Bias), _ => 2 * bounds.BiasGradientError(), "dL/db");
    }

    public static void SameBits<T>(RowOutcome<T> expected, RowOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Expect.SameBits(expected.Losses, actual.Losses, "losses");
        Expect.SameBits(expected.LogSumExp, actual.LogSumExp, "log sum exp");
        Assert.Equal(expected.Predictions, actual.Predictions);
        Expect.SameBits(expected.GradientNorms, actual.GradientNorms, "gradient norms");
    }

    public static void SameBits(CrossEntropyResult expected, CrossEntropyResult actual)
    {
        Expect.SameBits(expected.Loss, actual.Loss, "loss");
        Expect.SameBits(expected.ZLoss, actual.ZLoss, "z-loss");
        Assert.Equal((expected.Rows, expected.Correct), (actual.Rows, actual.Correct));
    }

    public static void SameBits<T>(LayerOutcome<T> expected, LayerOutcome<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameBits(expected.Result, actual.Result);
        SameBits(expected.Rows, actual.Rows);
        Expect.SameBits(expected.Hidden, actual.Hidden, "dL/dH");
        Expect.SameBits(expected.Weights, actual.Weights, "dL/dW");
        Expect.SameBits(expected.Bias, actual.Bias, "dL/db");
    }
}
