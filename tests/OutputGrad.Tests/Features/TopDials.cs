using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary><see cref="Sensitivity.TopDials"/> against forming the whole outer product and sorting it.</summary>
public abstract class TopDials<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dial<T> Untouched = new(-7, -7, T.CreateChecked(-7));

    [Fact]
    public void TheyAreTheHeadOfTheSortedMatrix()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            RandomBatches random = new(seed);
            T[] residual = random.Anywhere<T>(1 + (seed % 23), 1), hidden = random.Anywhere<T>(1 + (seed * 7 % 31), 4);
            Compare(residual, hidden);
        }
    }

    /// <summary>Few different numbers, so that most products are tied, and zeros among them.</summary>
    [Fact]
    public void TiesGoToTheLowerClassAndThenTheLowerFeature()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            RandomBatches random = new(seed);
            Compare(random.Grid<T>(1 + (seed % 9), 1, 1), random.Grid<T>(1 + (seed * 5 % 11), 1, 2));
        }
    }

    [Fact]
    public void AllZerosAreTiedToo() => Compare(new T[4], Near.Rounded<T>(1, 2, 3));

    [Fact]
    public void ZerosOnOneSideTieWithTheOthers() => Compare(Near.Rounded<T>(0, 0, 5), Near.Rounded<T>(0, 0, 0));

    [Fact]
    public void AnUnderflowingProductIsStillADial() => Compare(
        [T.Epsilon, T.Epsilon, T.CreateChecked(2)], [T.Epsilon, T.CreateChecked(.5), T.CreateChecked(.25), T.One]);

    [Fact]
    public void NaNAndInfinityComeFirst()
    {
        T[] residual = [T.One, T.NaN, T.CreateChecked(-3)], hidden = [T.CreateChecked(2), T.One, T.CreateChecked(4)];
        Dial<T>[] dials = new Dial<T>[9];

        int found = Sensitivity.TopDials(residual, hidden, dials);

        Assert.Equal(9, found);
        Assert.All(dials[..3], dial => Assert.True(dial.Class == 1 && T.IsNaN(dial.Slope)));
        Assert.Equal([(2, 2), (2, 0), (0, 2), (2, 1), (0, 0), (0, 1)], dials[3..].Select(dial => (dial.Class, dial.Feature)));
    }

    [Fact]
    public void ADestinationLargerThanTheMatrixKeepsItsTail()
    {
        Dial<T>[] dials = [.. Enumerable.Repeat(Untouched, 10)];

        int found = Sensitivity.TopDials(Near.Rounded<T>(1, -2), Near.Rounded<T>(3, 1, 2), dials);

        Assert.Equal(6, found);
        Assert.Equal(new Dial<T>(1, 0, T.CreateChecked(-6)), dials[0]);
        Assert.Equal(new Dial<T>(0, 1, T.CreateChecked(1)), dials[5]);
        Assert.All(dials[6..], dial => Assert.Equal(Untouched, dial));
    }

    [Theory]
    [InlineData(0, 3, 2)]
    [InlineData(3, 0, 2)]
    [InlineData(3, 3, 0)]
    [InlineData(0, 0, 0)]
    public void NothingToRankIsNoDial(int classes, int features, int wanted)
    {
        Dial<T>[] dials = [.. Enumerable.Repeat(Untouched, wanted)];

        Assert.Equal(0, Sensitivity.TopDials(new T[classes], new T[features], dials));
        Assert.All(dials, dial => Assert.Equal(Untouched, dial));
    }

    /// <summary>The matrix would have 10^10 entries: 40 GB in float.</summary>
    [Fact]
    public void TheMatrixIsNeverFormed()
    {
        T[] residual = new RandomBatches(1).Anywhere<T>(100_000, 1), hidden = new RandomBatches(2).Anywhere<T>(100_000, 1);
        (residual[77_777], hidden[99_999]) = (T.CreateChecked(-2), T.CreateChecked(3));
        Dial<T>[] dials = new Dial<T>[3];

        Assert.Equal(3, Sensitivity.TopDials(residual, hidden, dials));
        Assert.Equal(new Dial<T>(77_777, 99_999, T.CreateChecked(-6)), dials[0]);
    }

    /// <summary>Every length of destination up to the whole matrix and one beyond.</summary>
    private static void Compare(T[] residual, T[] hidden)
    {
        Dial<T>[] sorted = [.. residual.SelectMany((r, c) => hidden.Select((h, f) => new Dial<T>(c, f, r * h)))
            .OrderByDescending(dial => Magnitude(residual, dial) * Math.Abs(double.CreateChecked(hidden[dial.Feature])))
            .ThenBy(dial => dial.Class).ThenBy(dial => dial.Feature)];
        int step = Math.Max(1, sorted.Length / 12);
        for (int wanted = 0; wanted <= sorted.Length + step; wanted += step)
        {
            Dial<T>[] dials = new Dial<T>[wanted];

            int found = Sensitivity.TopDials(residual, hidden, dials);

            Assert.Equal(Math.Min(wanted, sorted.Length), found);
            Assert.Equal(sorted[..found], dials[..found]);
        }
    }

    private static double Magnitude(T[] residual, Dial<T> dial) => Math.Abs(double.CreateChecked(residual[dial.Class]));
}

public sealed class TopDialsInFloat : TopDials<float>;

public sealed class TopDialsInDouble : TopDials<double>;
