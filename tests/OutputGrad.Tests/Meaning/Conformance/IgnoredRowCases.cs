using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class IgnoredRowCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    [Fact]
    public void Case04_AnIgnoredRowLeavesLossDivisorAndGradient()
    {
        LogitOutcome<T> outcome = Run(X, [2, -100]);

        Printed(.4076059644, outcome.Result.Loss);
        Printed([.0900305732, .2447284711, -.3347590442], Row(outcome, 0));
        AllZero(Row(outcome, 1));
        Assert.Equal(1, outcome.Result.Rows);
        Assert.Equal(-1, outcome.Rows.Predictions[1]);
        Assert.Equal([T.Zero, T.Zero, T.Zero], [outcome.Rows.Losses[1], outcome.Rows.LogSumExp[1], outcome.Rows.GradientNorms[1]]);
    }

    [Fact]
    public void Case05_AValidClassAsIgnoreIndexStaysInEveryDenominator()
    {
        LogitOutcome<T> outcome = Run(X, [2, 1], Sum with { IgnoreIndex = 1 });

        Printed(.4076059644, outcome.Result.Loss);
        Printed([.0900305732, .2447284711, -.3347590442], Row(outcome, 0));
        AllZero(Row(outcome, 1));
    }

    [Fact]
    public void Case06_TheIgnoreTestComesBeforeTheRangeTest()
    {
        LogitOutcome<T> outcome = Run(X, [2, 255], new() { IgnoreIndex = 255 });

        Printed(.4076059644, outcome.Result.Loss);
        Assert.Equal(1, outcome.Result.Rows);
    }

    [Fact]
    public void Case07_TheMeanOfNoCountedRowIsNaNAndItsGradientZero()
    {
        LogitOutcome<T> outcome = Run(X, [-100, -100]);

        Assert.Equal(double.NaN, outcome.Result.Loss);
        AllZero(outcome.Gradient);
        Assert.Equal(0, outcome.Result.Rows);
        Assert.Equal(0, outcome.Result.Correct);
    }

    [Fact]
    public void Case08_TheSumOfNoCountedRowIsZero()
    {
        LogitOutcome<T> outcome = Run(X, [-100, -100], Sum);

        Assert.Equal(0, outcome.Result.Loss);
        AllZero(outcome.Gradient);
    }

    [Fact]
    public void Case36_NaNInAnIgnoredRowReachesNothing()
    {
        LogitOutcome<T> outcome = Run([1, 2, 3, double.NaN, double.PositiveInfinity, 1], [2, -100]);

        Printed(.4076059644, outcome.Result.Loss);
        AllZero(Row(outcome, 1));
        Assert.Equal(T.Zero, outcome.Rows.Losses[1]);
        Assert.Equal(T.Zero, outcome.Rows.GradientNorms[1]);
    }
}
