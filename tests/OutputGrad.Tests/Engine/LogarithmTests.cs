using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;
using Logarithm = OutputGrad.Engine.Arithmetic.Logarithm;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// log and log1p in double. In units u of roundoff: near 1, the sum 2 + x, the quotient and the last sum round by u each, and what the
/// series rounds weighs less than a 50th: 3.1. Elsewhere the two sums with k ln 2 add u each, and the first error weighs no more than
/// before, because the result is larger than log sqrt 2: 5.1. That log1p adds the 1 first, from 0.41 on, is worth u over log 1.41: 3 more.
/// </summary>
public class LogarithmTests
{
    private const int Samples = 8 * 1024;

    private static readonly double U = Near.Roundoff<double>();

    [Fact]
    public void LogIsAccurateFromTheSmallestToTheLargest()
    {
        double[] units = new IntegerNumbers(9).Positive<double>(Samples);
        double worst = 0;
        for (int i = 0; i < Samples; i++)
        {
            double x = (i % 3) switch
            {
                0 => Math.ScaleB(units[i], -1072 + (i / 3 % 2090)),
                1 => units[i],
                _ => 1 + Math.ScaleB(units[i] - 1.25, -(i / 3 % 50)),
            };
            double y = Logarithm.Log(x);
            double error = ExactFunctions.ErrorOfLog(x, y);
            worst = Math.Max(worst, error == 0 ? 0 : Math.Abs(error / y) / U);
        }

        Assert.True(worst <= 5.1, $"log is off by {worst} roundoffs.");
    }

    [Fact]
    public void LogOnePlusIsAccurateDownToTheSmallest()
    {
        double[] units = new IntegerNumbers(10).Positive<double>(Samples);
        double worst = 0;
        for (int i = 0; i < Samples; i++)
        {
            double x = Math.ScaleB(units[i], 40 - (i % 500));
            double y = Logarithm.LogOnePlus(x);

            // 1 + x exactly is beyond a double; below 2^-60, log(1 + x) = x - x^2 / 2
            double error = x < Math.ScaleB(1, -60) ? y - x : ExactFunctions.ErrorOfLogOnePlus(x, y);
            worst = Math.Max(worst, Math.Abs(error / y) / U);
        }

        Assert.True(worst <= 8.1, $"log1p is off by {worst} roundoffs.");
    }

    [Fact]
    public void SpecialValues()
    {
        Assert.Equal(double.NegativeInfinity, Logarithm.Log(0));
        Assert.Equal(double.NegativeInfinity, Logarithm.Log(-0.0));
        Assert.Equal(double.PositiveInfinity, Logarithm.Log(double.PositiveInfinity));
        Assert.Equal(double.NaN, Logarithm.Log(double.NaN));
        Assert.Equal(double.NaN, Logarithm.Log(-1));
        Assert.Equal(double.NaN, Logarithm.Log(double.NegativeInfinity));
        Assert.Equal(0, Logarithm.Log(1));
        Assert.Equal(0, Logarithm.LogOnePlus(0));
        Assert.InRange(Logarithm.LogOnePlus(double.Epsilon), 0, double.Epsilon);
        Assert.Equal(double.PositiveInfinity, Logarithm.LogOnePlus(double.PositiveInfinity));
        Assert.Equal(double.NaN, Logarithm.LogOnePlus(double.NaN));
    }
}
