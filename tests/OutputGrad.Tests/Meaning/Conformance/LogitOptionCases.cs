using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class LogitOptionCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    [Fact]
    public void Case44_ZLossAddsTheSquareOfLogSumExp()
    {
        LogitOutcome<T> plain = Run(X0, [2]);
        LogitOutcome<T> outcome = Run(X0, [2], new() { ZLoss = 1e-4 });

        Printed(.0011611778, outcome.Result.ZLoss);
        Printed(.4076059644 + .0011611778, outcome.Result.Loss, 1e-10);
        Printed([.4076059644 + .0011611778], outcome.Rows.Losses, 1e-10);
        Assert.Equal(0, plain.Result.ZLoss);
        double[] added = [6.1358e-5, 1.66788e-4, 4.53376e-4];
        for (int j = 0; j < 3; j++)
        {
            Printed(added[j], double.CreateChecked(outcome.Gradient[j]) - double.CreateChecked(plain.Gradient[j]), 5e-10);
        }
    }

    [Fact]
    public void Case44_ZLossIsNotClassWeightedAndHasItsOwnDivisor()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], new() { ZLoss = 1e-4, ClassWeights = new double[] { 1, 2, 3 } }, [3, 1]);

        Printed(.0011611778, outcome.Result.ZLoss);
        Printed((((3 * 3 * .4076059644) + 2.4076059644) / 10) + .0011611778, outcome.Result.Loss, 1e-10);
        Printed([(3 * .4076059644) + .0011611778, 2.4076059644 + .0011611778], outcome.Rows.Losses, 2e-10);
    }

    [Fact]
    public void Case44_ZLossSkipsIgnoredRows()
    {
        LogitOutcome<T> outcome = Run(X, [2, -100], new() { ZLoss = 1e-4 });

        Printed(.0011611778, outcome.Result.ZLoss);
        AllZero(Row(outcome, 1));
    }

    [Fact]
    public void Case45_SoftcapBoundsTheLogits()
    {
        LogitOutcome<T> outcome = Run(X0, [2], new() { LogitSoftcap = 2 });

        Printed(.7713604722, outcome.Result.Loss);
        Printed([.1499202671, .1457255343, -.0971508563], outcome.Gradient);
    }

    [Fact]
    public void Case45_TheScaleComesBeforeTheSoftcap()
    {
        LogitOutcome<T> halved = Run([2, 4, 6], [2], new() { LogitSoftcap = 2, LogitScale = .5 });

        Printed(.7713604722, halved.Result.Loss);
        Printed([.5 * .1499202671, .5 * .1457255343, .5 * -.0971508563], halved.Gradient);
    }

    [Fact]
    public void Case45_AScaleIsAnInverseTemperature()
    {
        LogitOutcome<T> outcome = Run([10, 20, 30], [2], new() { LogitScale = .1 });

        Printed(.4076059644, outcome.Result.Loss);
        Printed([.00900305732, .02447284711, -.03347590442], outcome.Gradient);
        Printed([3.4076059644], outcome.Rows.LogSumExp);
    }
}
