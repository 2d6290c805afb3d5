using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class SoftTargetCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    private static readonly double[] Weights = [1, 2, 3];
    private static readonly double[] Q = [.2, .3, .5];
    private static readonly double[] LogP = [1 - 3.4076059644, 2 - 3.4076059644, 3 - 3.4076059644];
    private static readonly double[] P = [.0900305732, .2447284711, .6652409558];

    [Fact]
    public void Case21_ADistributionIsATarget()
    {
        LogitOutcome<T> outcome = RunSoft(X0, Q, 1);

        Printed(1.1076059644, outcome.Result.Loss);
        Printed([-.1099694268, -.0552715289, .1652409558], outcome.Gradient);
        Assert.Equal(1, outcome.Result.Rows);
        Assert.Equal(0, outcome.Result.Correct);
        Assert.Equal([2], outcome.Rows.Predictions);
    }

    [Fact]
    public void Case21_AOneHotDistributionIsTheClassIndex()
    {
        LogitOutcome<T> soft = RunSoft(X, [0, 0, 1, 1, 0, 0], 2);

        Printed(1.4076059644, soft.Result.Loss);
        Printed([.0450152866, .1223642355, -.1673795221], Row(soft, 0));
    }

    [Fact]
    public void Case22_TheMeanDividesByTheRowsAlsoWithClassWeights()
    {
        LogitOutcome<T> one = RunSoft(X0, Q, 1, new() { ClassWeights = Weights });
        LogitOutcome<T> two = RunSoft(X, [.2, .3, .5, .2, .3, .5], 2, new() { ClassWeights = Weights });

        Printed(-((.2 * LogP[0]) + (.6 * LogP[1]) + (1.5 * LogP[2])), one.Result.Loss, 1.2e-10);
        Assert.Equal(one.Result.Loss, two.Result.Loss);
    }

    [Fact]
    public void Case22_TheMeanDividesByTheSumOfRowWeights()
    {
        LogitOutcome<T> outcome = RunSoft(X, [.2, .3, .5, 0, 0, 1], 2, null, [3, 1]);

        Printed(((3 * 1.1076059644) + .4076059644) / 4, outcome.Result.Loss);
        Printed([.75 * -.1099694268, .75 * -.0552715289, .75 * .1652409558], Row(outcome, 0));
    }

    [Fact]
    public void Case23_ATargetThatDoesNotSumToOneIsTakenAsItIs()
    {
        LogitOutcome<T> outcome = RunSoft(X0, [.2, .3, 1], 1);

        Printed(1.3114089467, outcome.Result.Loss);
        Printed([-.0649541402, .0670927066, -.0021385663], outcome.Gradient);
    }

    [Fact]
    public void Case24_ClassWeightsMultiplyEachClassOfTheTarget()
    {
        LogitOutcome<T> outcome = RunSoft(X0, Q, 1, Sum with { ClassWeights = Weights });

        Printed(-((.2 * LogP[0]) + (.6 * LogP[1]) + (1.5 * LogP[2])), outcome.Result.Loss, 1.2e-10);
        Printed([(2.3 * P[0]) - .2, (2.3 * P[1]) - .6, (2.3 * P[2]) - 1.5], outcome.Gradient, 1.2e-10);
    }

    [Fact]
    public void Case25_SmoothingMixesTheTargetWithTheUniformOne()
    {
        LogitOutcome<T> outcome = RunSoft(X0, Q, 1, new() { LabelSmoothing = .1 });
        double[] mixed = [(.9 * .2) + (.1 / 3), (.9 * .3) + (.1 / 3), (.9 * .5) + (.1 / 3)];

        Printed(-((mixed[0] * LogP[0]) + (mixed[1] * LogP[1]) + (mixed[2] * LogP[2])), outcome.Result.Loss);
        Printed([P[0] - mixed[0], P[1] - mixed[1], P[2] - mixed[2]], outcome.Gradient);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Case26_IgnoreIndexHasNoEffect(int ignoreIndex)
    {
        LogitOutcome<T> plain = RunSoft(X, [.2, .3, .5, 0, 0, 1], 2);
        LogitOutcome<T> ignoring = RunSoft(X, [.2, .3, .5, 0, 0, 1], 2, new() { IgnoreIndex = ignoreIndex });

        Assert.Equal(plain.Result, ignoring.Result);
        Exactly.SameBits<T>(plain.Gradient, ignoring.Gradient, "gradient");
    }
}
