using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class ReductionCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    private static readonly double[] P0 = [.0900305732, .2447284711, .6652409558];

    [Fact]
    public void Case01_MeanDividesByTheNumberOfRows()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0]);

        Printed(1.4076059644, outcome.Result.Loss);
        Printed([.4076059644, 2.4076059644], outcome.Rows.Losses);
        Printed([3.4076059644, 3.4076059644], outcome.Rows.LogSumExp);
        Printed([.0450152866, .1223642355, -.1673795221], Row(outcome, 0));
        Assert.Equal(2, outcome.Result.Rows);
        Assert.Equal(1, outcome.Result.Correct);
        Assert.Equal([2, 2], outcome.Rows.Predictions);
    }

    [Fact]
    public void Case02_SumDoesNotDivide()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], Sum);

        Printed(2.8152119289, outcome.Result.Loss);
        Printed([.0900305732, .2447284711, -.3347590442], Row(outcome, 0));
        Printed([-.9099694268, .2447284711, .6652409558], Row(outcome, 1));
    }

    [Fact]
    public void Case03_RowWeightsMultiplyEachRowBeforeTheSum()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], Sum, [2, -.5]);

        Printed((2 * .4076059644) - (.5 * 2.4076059644), outcome.Result.Loss, 1.3e-10);
        Printed([2 * P0[0], 2 * P0[1], 2 * (P0[2] - 1)], Row(outcome, 0), 1e-10);
        Printed([-.5 * (P0[0] - 1), -.5 * P0[1], -.5 * P0[2]], Row(outcome, 1));
        Printed([.4076059644, 2.4076059644], outcome.Rows.Losses);
    }

    [Fact]
    public void Case03_TheMeanDividesByTheSumOfRowWeights()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], null, [3, 1]);

        Printed(((3 * .4076059644) + 2.4076059644) / 4, outcome.Result.Loss);
        Printed([.75 * P0[0], .75 * P0[1], .75 * (P0[2] - 1)], Row(outcome, 0));
    }

    [Fact]
    public void Case03_ARowWeightOfZeroSilencesTheRow()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], null, [1, 0]);

        Printed(.4076059644, outcome.Result.Loss);
        AllZero(Row(outcome, 1));
        Assert.Equal(2, outcome.Result.Rows);
    }

    [Fact]
    public void Case42_CountsAreExactIntegers()
    {
        const int Rows = 4099;
        double[] logits = new double[Rows * 2];
        int[] targets = new int[Rows];
        int correct = 0, counted = 0;
        for (int n = 0; n < Rows; n++)
        {
            logits[(2 * n) + (n % 3 == 0 ? 1 : 0)] = 1;
            targets[n] = n % 7 == 0 ? -100 : n % 2;
            counted += n % 7 == 0 ? 0 : 1;
            correct += n % 7 != 0 && (n % 3 == 0 ? 1 : 0) == n % 2 ? 1 : 0;
        }

        LogitOutcome<T> outcome = Run(logits, targets);

        Assert.Equal(counted, outcome.Result.Rows);
        Assert.Equal(correct, outcome.Result.Correct);
    }

    [Fact]
    public void Case42_TiesGoToTheLowestClass()
    {
        LogitOutcome<T> outcome = Run([2, 5, 5, 5, 1, 5, 0, 0, 0, 0, 0, 0], [2, 0]);

        Assert.Equal([1, 0], outcome.Rows.Predictions);
        Assert.Equal(1, outcome.Result.Correct);
    }

    [Fact]
    public void Case46_ANormalizerDividesWhateverTheReductionSays()
    {
        foreach (Reduction reduction in Enum.GetValues<Reduction>())
        {
            LogitOutcome<T> outcome = Run(X, [2, 0], new() { Normalizer = 5, Reduction = reduction });

            Printed(2.8152119289 / 5, outcome.Result.Loss);
            Printed([.0900305732 / 5, .2447284711 / 5, -.3347590442 / 5], Row(outcome, 0));
        }
    }

    [Fact]
    public void Case46_ANormalizerDividesTheZLossToo()
    {
        LogitOutcome<T> outcome = Run(X0, [2], new() { Normalizer = 4, ZLoss = 1e-4 });

        Printed(.0011611778 / 4, outcome.Result.ZLoss);
        Printed((.4076059644 + .0011611778) / 4, outcome.Result.Loss);
    }

    [Fact]
    public void Case46_ANormalizerCountsEvenWhereNoRowDoes()
    {
        LogitOutcome<T> outcome = Run(X, [-100, -100], new() { Normalizer = 5 });

        Assert.Equal(0, outcome.Result.Loss);
        AllZero(outcome.Gradient);
    }
}
