using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

/// <summary>
/// NaN and infinity in the logits; from logits only: an identity W turns an infinite hidden number into NaN logits (0 times infinity).
/// </summary>
public abstract class InfiniteLogitCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    private const double Infinity = double.PositiveInfinity;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Case32_AnInfiniteLogitMakesItsRowNaNAndNoOther(int position)
    {
        foreach (double poison in (double[])[Infinity, double.NaN])
        {
            double[] logits = [1, 2, 3, 1, 2, 3, 1, 2, 3];
            logits[3 + position] = poison;
            foreach (int target in (int[])[0, 1, 2])
            {
                LogitBatch<T> batch =
                    new LogitBatch<T> { Logits = Near.Rounded<T>(logits), Classes = 3, Targets = [2, target, 0], Options = Sum };

                LogitOutcome<T> outcome = TEntry.Run(batch);

                Assert.Equal(double.NaN, outcome.Result.Loss);
                Assert.True(T.IsNaN(outcome.Rows.Losses[1]));
                AllNaN(Row(outcome, 1));
                Printed([.4076059644], outcome.Rows.Losses.AsSpan(0, 1));
                Printed([2.4076059644], outcome.Rows.Losses.AsSpan(2, 1));
                Printed([.0900305732, .2447284711, -.3347590442], Row(outcome, 0));
                Printed([-.9099694268, .2447284711, .6652409558], Row(outcome, 2));
                Assert.Equal([2, position, 2], outcome.Rows.Predictions);
            }
        }
    }

    [Fact]
    public void Case32_TheFirstNaNIsThePrediction()
    {
        double[] logits = [1, double.NaN, Infinity, double.NaN, -1];

        LogitOutcome<T> outcome = TEntry.Run(new LogitBatch<T> { Logits = Near.Rounded<T>(logits), Classes = 5, Targets = [1] });

        Assert.Equal([1], outcome.Rows.Predictions);
        AllNaN(outcome.Gradient);
    }

    [Fact]
    public void Case32_SoftTargetsAreNoCure()
    {
        double[] logits = [1, Infinity, 3, 1, 2, 3];

        LogitOutcome<T> outcome = TEntry.Run(new LogitBatch<T>
        {
            Logits = Near.Rounded<T>(logits),
            Classes = 3,
            SoftTargets = Near.Rounded<T>(1, 0, 0, .2, .3, .5),
            Options = Sum,
        });

        AllNaN(Row(outcome, 0));
        Assert.True(T.IsNaN(outcome.Rows.Losses[0]));
        Printed([-.1099694268, -.0552715289, .1652409558], Row(outcome, 1));
    }

    [Fact]
    public void Case33_MinusInfinityAwayFromTheTargetMasksTheClass()
    {
        LogitOutcome<T> outcome = Run([1, 2, -Infinity, 3], [3]);

        Printed(.4076059644, outcome.Result.Loss);
        Printed([.0900305732, .2447284711, 0, -.3347590442], outcome.Gradient);
        Assert.Equal(T.Zero, outcome.Gradient[2]);
    }

    [Fact]
    public void Case33_ASoftTargetOfZeroMayBeMasked()
    {
        LogitOutcome<T> outcome = RunSoft([1, 2, -Infinity, 3], [.2, .3, 0, .5], 1);

        Printed(1.1076059644, outcome.Result.Loss);
        Printed([-.1099694268, -.0552715289, 0, .1652409558], outcome.Gradient);
        Assert.Equal(T.Zero, outcome.Gradient[2]);
    }

    [Fact]
    public void Case33_SmoothingAMaskedClassIsInfinitelyWrong()
    {
        LogitOutcome<T> outcome = Run([1, 2, -Infinity, 3], [3], new() { LabelSmoothing = .1 });

        Assert.Equal(Infinity, outcome.Result.Loss);
        Near.Equal(-.025, outcome.Gradient[2], 2 * Near.Roundoff<T>() * .025, "gradient of the masked class");
        Printed([.0900305732 - .025, .2447284711 - .025, -.025, .6652409558 - .925], outcome.Gradient);
    }

    [Fact]
    public void Case34_MinusInfinityAtTheTargetIsInfinitelyWrong()
    {
        LogitOutcome<T> outcome = Run([1, 2, 3, -Infinity], [3], Sum);

        Assert.Equal(Infinity, outcome.Result.Loss);
        Assert.Equal(Infinity, double.CreateChecked(outcome.Rows.Losses[0]));
        Printed([.0900305732, .2447284711, .6652409558], outcome.Gradient.AsSpan(0, 3));
        Assert.Equal(T.NegativeOne, outcome.Gradient[3]);
        Assert.Equal([2], outcome.Rows.Predictions);
    }

    [Fact]
    public void Case35_ARowOfMinusInfinityIsNaN()
    {
        foreach (int target in (int[])[0, 1, 2])
        {
            double[] logits = [-Infinity, -Infinity, -Infinity, 1, 2, 3];

            LogitOutcome<T> outcome = TEntry.Run(
                new LogitBatch<T> { Logits = Near.Rounded<T>(logits), Classes = 3, Targets = [target, 2], Options = Sum });

            Assert.Equal(double.NaN, outcome.Result.Loss);
            Assert.True(T.IsNaN(outcome.Rows.Losses[0]));
            AllNaN(Row(outcome, 0));
            Printed([.0900305732, .2447284711, -.3347590442], Row(outcome, 1));
        }
    }
}
