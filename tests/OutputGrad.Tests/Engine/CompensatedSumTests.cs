using OutputGrad.Engine.Arithmetic;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="CompensatedSum"/>: what additions round away comes back.</summary>
public sealed class CompensatedSumTests
{
    [Theory]
    [InlineData(2.0, 1.0, 1e100, 1.0, -1e100)]
    [InlineData(2.0, 1e100, 1.0, -1e100, 1.0)]
    [InlineData(1e-30, 1.0, 1e-30, -1.0)]
    [InlineData(0.0)]
    public void NothingIsRoundedAway(double expected, params double[] terms) => Assert.Equal(expected, Total(terms));

    [Fact]
    public void ManySmallTermsCount()
    {
        double small = Math.ScaleB(1, -53);
        Assert.Equal(1 + (1_000 * small), Total([1, .. Enumerable.Repeat(small, 1_000)]));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1.0, double.PositiveInfinity, 1.0)]
    [InlineData(double.NegativeInfinity, double.MinValue, double.MinValue, 5.0)]
    [InlineData(double.NaN, double.PositiveInfinity, double.NegativeInfinity)]
    public void ASumThatIsNotFiniteStaysSo(double expected, params double[] terms) => Assert.Equal(expected, Total(terms));

    private static double Total(double[] terms)
    {
        CompensatedSum sum = default;
        Array.ForEach(terms, term => sum.Add(term));
        return sum.Total;
    }
}
