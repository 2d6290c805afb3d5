using OutputGrad.Engine.Arithmetic;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="DoubleDouble"/>: results to some 100 bits, the first 53 of which are the rounded result.</summary>
public sealed class DoubleDoubleTests
{
    /// <summary>What is behind the rounding was computed with 60 decimal digits.</summary>
    [Theory]
    [InlineData(-0.5, 0.6065306597126334, -6.593178415491414e-19)]
    [InlineData(-1, 0.36787944117144233, -1.2428753672788363e-17)]
    [InlineData(-10, 4.5399929762484854e-05, -2.637554055327531e-21)]
    [InlineData(-0.0009765625, 0.9990239141819757, -7.400282329795416e-18)]
    [InlineData(-100.25, 2.897198083210148e-44, -6.962380614886273e-61)]
    public void AnExponentialHasTheDigitsBehindItsRounding(double x, double rounded, double rest)
    {
        DoubleDouble exponential = DoubleDouble.Exp(x);
        Assert.Equal(rounded, exponential.High);
        Assert.InRange(exponential.Low - rest, -rounded * Math.ScaleB(1, -96), rounded * Math.ScaleB(1, -96));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-745, double.Epsilon)]
    [InlineData(-745.5, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, double.NaN)]
    public void TheEndsOfAnExponential(double x, double expected) => Assert.Equal((expected, 0), Parts(DoubleDouble.Exp(x)));

    [Fact]
    public void SumsAndProductsKeepWhatRoundingTakes()
    {
        double small = Math.ScaleB(1, -60);
        Assert.Equal((1, small), Parts((DoubleDouble)1 + small));
        Assert.Equal((1, -small), Parts(DoubleDouble.Difference(1, small)));
        Assert.Equal((1, 2 * small), Parts(new DoubleDouble(1, small) * new DoubleDouble(1, small)));
        double third = 1.0 / 3;
        Assert.Equal((third * third, Math.FusedMultiplyAdd(third, third, -(third * third))), Parts((DoubleDouble)third * third));
        Assert.Equal((double.PositiveInfinity, 0), Parts((DoubleDouble)double.MaxValue * 2));
        Assert.Equal((double.PositiveInfinity, 0), Parts((DoubleDouble)double.MaxValue + double.MaxValue));
    }

    [Theory]
    [InlineData(1, 1.1e-16, true)]
    [InlineData(1, 2.3e-16, false)]
    [InlineData(-1, -1.1e-16, true)]
    [InlineData(1, double.NaN, false)]
    [InlineData(double.PositiveInfinity, 0, true)]
    [InlineData(double.PositiveInfinity, 1, false)]
    [InlineData(double.NaN, 0, true)]
    public void TheLowPartIsWhatRoundingCanTake(double high, double low, bool isRounded) =>
        Assert.Equal(isRounded, new DoubleDouble(high, low).IsRounded);

    private static (double High, double Low) Parts(DoubleDouble value) => (value.High, value.Low);
}
