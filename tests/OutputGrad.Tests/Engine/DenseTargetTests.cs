using OutputGrad.Engine.Loss;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="DenseTarget.Below"/>: the distances of some classes from a larger logit than their own.</summary>
public sealed class DenseTargetTests
{
    [Fact]
    public void ALargerLogitIsFurtherAway()
    {
        DenseTarget below = new DenseTarget(2, 3).Below(10, 4);
        Assert.Equal((2, 15), (below.Sum.High, below.Gap.High));
    }

    [Fact]
    public void TheSameLogitIsNoDistance() => Assert.Equal(3, new DenseTarget(2, 3).Below(10, 10).Gap.High);

    [Theory]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.MaxValue, double.MinValue)]
    public void NoWeightIsNoDistance(double largest, double max) => Assert.Equal(3, new DenseTarget(0, 3).Below(largest, max).Gap.High);

    /// <summary>It is infinite, and not NaN, as its low part would be.</summary>
    [Theory]
    [InlineData(1e200, 1e200, 0)]
    [InlineData(2, 1e308, -1e308)]
    [InlineData(1, double.PositiveInfinity, 0)]
    [InlineData(1e-300, double.PositiveInfinity, 0)]
    public void ADistanceBeyondTheRangeIsInfinite(double weight, double largest, double max) =>
        Assert.Equal(double.PositiveInfinity, new DenseTarget(weight, 0).Below(largest, max).Gap.High);
}
