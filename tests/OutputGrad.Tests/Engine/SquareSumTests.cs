using OutputGrad.Engine.Arithmetic;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="SquareSum"/>: on both sides of where squares are summed of scaled numbers.</summary>
public sealed unsafe class SquareSumTests
{
    /// <summary>Powers of two, so that every sum is exact; in either order.</summary>
    [Theory]
    [InlineData(451, 449)]
    [InlineData(460, 440)]
    [InlineData(-449, -451)]
    [InlineData(-440, -460)]
    [InlineData(3, 1)]
    public void SumsOfDifferentScalesAddUp(int larger, int smaller)
    {
        SquareSum one = Square(larger), other = Square(smaller);
        Assert.Equal(larger == 3, one.Exponent == other.Exponent);
        SquareSum forwards = one, backwards = other;
        forwards.Add(other);
        backwards.Add(one);

        double expected = 1 + Math.ScaleB(1, 2 * (larger - smaller));
        Assert.Equal(expected, Math.ScaleB(forwards.Sum.High, 2 * (forwards.Exponent - smaller)));
        Assert.Equal(expected, Math.ScaleB(backwards.Sum.High, 2 * (backwards.Exponent - smaller)));
    }

    private static SquareSum Square(int exponent)
    {
        double value = Math.ScaleB(1, exponent);
        return SquareSum.Of<double, double>(0, &value, 1, 1);
    }
}
