using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

/// <summary>A line search ends at a step that satisfies the strong Wolfe conditions, however far from the first one it is.</summary>
public class LineSearchTests
{
    /// <summary>Functions of one variable that fall at 0, with their slopes.</summary>
    private static readonly Dictionary<string, (Func<double, double> Value, Func<double, double> Slope)> Functions = new()
    {
        ["parabola"] = (x => (x - 3) * (x - 3), x => 2 * (x - 3)),
        ["quartic"] = (x => Math.Pow(x - 1, 4), x => 4 * Math.Pow(x - 1, 3)),
        ["softplus"] = (x => Math.Log(1 + Math.Exp(-5 * x)) + (.01 * x * x), x => (-5 / (1 + Math.Exp(5 * x))) + (.02 * x)),
        ["waves"] = (x => (.1 * x * x) - (5 * x) + Math.Sin(3 * x), x => (.2 * x) - 5 + (3 * Math.Cos(3 * x))),
        ["wall"] = (x => x < 2 ? -Math.Sqrt(x + 1) - (.3 * Math.Log(2 - x)) : double.PositiveInfinity, x =>
            (-.5 / Math.Sqrt(x + 1)) + (.3 / (2 - x))),
        ["NaN beyond"] = (x => x < 1.5 ? (x - 1) * (x - 1) : double.NaN, x => 2 * (x - 1)),
    };

    public static TheoryData<string, double> Starts =>
        [.. from name in Functions.Keys from exponent in Enumerable.Range(-5, 11) select (name, Math.Pow(10, exponent))];

    [Theory]
    [MemberData(nameof(Starts))]
    public void TheConditionsHoldAtTheEnd(string name, double firstStep)
    {
        double Value(double step) => Functions[name].Value(firstStep * step);
        double Slope(double step) => firstStep * Functions[name].Slope(firstStep * step);
        LineSearch search = new(Value(0), Slope(0), noise: 0);
        LineSearchState state;
        int trials = 0;
        do
        {
            Assert.True(search.Step > 0);
            state = search.Tell(Value(search.Step), Slope(search.Step));
            trials++;
        }
        while (state == LineSearchState.GoesOn);

        Assert.Equal(LineSearchState.Found, state);
        Assert.True(Value(search.Step) <= Value(0) + (1e-4 * search.Step * Slope(0)));
        Assert.True(Math.Abs(Slope(search.Step)) <= -.9 * Slope(0));
        Assert.InRange(trials, 1, 20);
    }

    /// <summary>A function that is noise within its rounding: its slopes alone lead to the minimum.</summary>
    [Theory]
    [InlineData(.01)]
    [InlineData(1)]
    [InlineData(40)]
    public void SlopesDecideWhereValuesAreNoise(double firstStep)
    {
        int told = 0;
        LineSearch search = new(1, Slope(0), noise: 1e-6);
        LineSearchState state;
        do
        {
            state = search.Tell(1 + (++told % 2 == 0 ? 4e-7 : -4e-7), Slope(search.Step));
        }
        while (state == LineSearchState.GoesOn);

        Assert.Equal(LineSearchState.Found, state);
        Assert.InRange(Math.Abs(Slope(search.Step)), 0, -.9 * Slope(0));
        double Slope(double step) => firstStep * 1e-9 * ((firstStep * step) - 5);
    }

    /// <summary>However flat it is there: the least decrease is one, by a ten-thousandth of what the slope at 0 promises.</summary>
    [Theory]
    [InlineData(.0001)]
    [InlineData(0)]
    [InlineData(-.0003)]
    public void WhatHardlyFallsIsNotFound(double value) =>
        Assert.Equal(LineSearchState.GoesOn, new LineSearch(0, -4, noise: 0).Tell(value, slope: 0));

    /// <summary>
    /// Values that are no further apart than the noise count as equal: slopes of -4 at 0 and 12 at 1 put the parabola's minimum at 1/4.
    /// Beyond the noise values count too, and the cubic has it elsewhere.
    /// </summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, true)]
    [InlineData(1.25, false)]
    [InlineData(-1.25, false)]
    public void ValuesCountBeyondTheNoise(double value, bool isNoise)
    {
        LineSearch search = new(0, -4, noise: 1);

        Assert.Equal(LineSearchState.GoesOn, search.Tell(value, 12));
        Assert.Equal(isNoise, Math.Abs(search.Step - .25) < 1e-12);
    }

    [Fact]
    public void AFunctionThatOnlyRisesIsGivenUp()
    {
        LineSearch search = new(0, -1, noise: 0);
        int trials = 1;
        while (search.Tell(search.Step, 1) == LineSearchState.GoesOn)
        {
            trials++;
        }

        Assert.Equal(0, search.Best.Step);
        Assert.InRange(trials, 10, 20);
    }

    [Fact]
    public void AFunctionThatOnlyFallsIsGivenUpAtItsLowest()
    {
        LineSearch search = new(0, -1, noise: 0);
        double longest = 0;
        LineSearchState state;
        do
        {
            longest = search.Step;
            state = search.Tell(-longest, -1);
        }
        while (state == LineSearchState.GoesOn);

        Assert.Equal(LineSearchState.Failed, state);
        Assert.Equal(longest, search.Best.Step);
        Assert.InRange(longest, 1e6, double.MaxValue);
    }
}
