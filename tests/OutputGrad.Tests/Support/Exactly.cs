using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Support;

/// <summary>Comparisons bit by bit: -0 is not 0, and a NaN is only the same NaN.</summary>
public static class Exactly
{
    /// <summary>Fails unless both spans hold the same bits.</summary>
    public static void SameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged
    {
        Assert.Equal(expected.Length, actual.Length);
        ReadOnlySpan<byte> expectedBits = MemoryMarshal.AsBytes(expected);
        int same = expectedBits.CommonPrefixLength(MemoryMarshal.AsBytes(actual));
        if (same < expectedBits.Length)
        {
            int i = (int)((long)same * expected.Length / expectedBits.Length);
            Assert.Fail($"{what}[{i}]: expected {expected[i]}, found {actual[i]}, which differ in their bits.");
        }
    }

    public static void SameBits(double expected, double actual, string what) => SameBits<double>([expected], [actual], what);

    public static void SameBits(CrossEntropyResult expected, CrossEntropyResult actual, string where = "")
    {
        SameBits(expected.Loss, actual.Loss, $"loss {where}");
        SameBits(expected.ZLoss, actual.ZLoss, $"z-loss {where}");
        SameBits(expected.FilteredMass, actual.FilteredMass, $"filtered mass {where}");
        Assert.Equal(expected, actual);
    }

    public static void SameBits<T>(RowResults<T> expected, RowResults<T> actual, string where = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameBits<T>(expected.Losses, actual.Losses, $"losses {where}");
        SameBits<T>(expected.LogSumExp, actual.LogSumExp, $"log sum exp {where}");
        SameBits<T>(expected.GradientNorms, actual.GradientNorms, $"norms {where}");
        SameBits<int>(expected.Predictions, actual.Predictions, $"predictions {where}");
        SameBits<T>(expected.Entropies, actual.Entropies, $"entropies {where}");
        SameBits<int>(expected.TargetRanks, actual.TargetRanks, $"ranks {where}");
    }

    public static void SameBits<T>(RowOutcome<T> expected, RowOutcome<T> actual, string where = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SameBits(expected.Destination, actual.Destination, where);

    public static void SameBits<T>(SoftmaxOutcome<T> expected, SoftmaxOutcome<T> actual, string where = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameBits<T>(expected.LogProbabilities, actual.LogProbabilities, $"log p {where}");
        SameBits<T>(expected.Probabilities, actual.Probabilities, $"p {where}");
        SameBits<int>(expected.TopClasses, actual.TopClasses, $"first classes {where}");
        SameBits<T>(expected.TopLogProbabilities, actual.TopLogProbabilities, $"log p of the first classes {where}");
    }

    public static void SameBits<T>(LogitOutcome<T> expected, LogitOutcome<T> actual, string where = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameBits(expected.Result, actual.Result, where);
        SameBits(expected.Rows, actual.Rows, where);
        SameBits<T>(expected.Gradient, actual.Gradient, $"dL/dlogits {where}");
    }

    public static void SameBits<T>(LayerOutcome<T> expected, LayerOutcome<T> actual, string where = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SameBits(expected.Result, actual.Result, where);
        SameBits(expected.Rows, actual.Rows, where);
        SameBits<T>(expected.Hidden, actual.Hidden, $"dL/dH {where}");
        SameBits<T>(expected.Weights, actual.Weights, $"dL/dW {where}");
        SameBits<T>(expected.Bias, actual.Bias, $"dL/db {where}");
    }
}
