using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class ClassWeightAndSmoothingCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    private static readonly double[] Weights = [1, 2, 3];

    [Fact]
    public void Case12_TheMeanDividesByTheTargetsClassWeights()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], new() { ClassWeights = Weights });

        Printed(.9076059644, outcome.Result.Loss);
        Printed([3 * .4076059644, 2.4076059644], outcome.Rows.Losses, 1.5e-10);
    }

    [Fact]
    public void Case13_TheSumIsWeightedAndNotDivided()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], Sum with { ClassWeights = Weights });

        Printed(3.6304238578, outcome.Result.Loss);
        Printed([3 * .0900305732, 3 * .2447284711, -3 * .3347590442], Row(outcome, 0), 1.5e-10);
    }

    [Fact]
    public void Case14_ClassWeightsThatSumToZeroOverTheTargetsMakeTheMeanNaN()
    {
        LogitOutcome<T> outcome = Run(X, [2, 2], new() { ClassWeights = new double[] { 1, 1, 0 } });

        Assert.Equal(double.NaN, outcome.Result.Loss);
        Assert.Equal(2, outcome.Result.Rows);
    }

    [Fact]
    public void Case14_ASumWithAClassWeightOfZeroIsZero()
    {
        LogitOutcome<T> outcome = Run(X, [2, 2], Sum with { ClassWeights = new double[] { 1, 1, 0 } });

        Assert.Equal(0, outcome.Result.Loss);
        AllZero(outcome.Gradient);
    }

    [Fact]
    public void Case15_NegativeClassWeightsAreAccepted()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], Sum with { ClassWeights = new double[] { 1, 1, -2 } });

        Printed((-2 * .4076059644) + 2.4076059644, outcome.Result.Loss, 1.5e-10);
        Printed([-2 * .0900305732, -2 * .2447284711, 2 * .3347590442], Row(outcome, 0), 1e-10);
    }

    [Fact]
    public void Case16_SmoothingSpreadsOverAllClassesTheTrueOneIncluded()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], new() { LabelSmoothing = .1 });

        Printed(1.4076059644, outcome.Result.Loss);
        Printed([.5076059644, 2.3076059644], outcome.Rows.Losses);
    }

    [Fact]
    public void Case17_SmoothingIsClassWeightedAndTheDivisorIsTheTargets()
    {
        CrossEntropyOptions options = new() { LabelSmoothing = .1, ClassWeights = Weights };
        LogitOutcome<T> sum = Run(X, [2, 0], options with { Reduction = Reduction.Sum });
        LogitOutcome<T> mean = Run(X, [2, 0], options);

        Printed(3.6970905244, sum.Result.Loss);
        Printed([.2277553289, .6430458994, -.8708012283], Row(sum, 0));
        Printed(.9242726311, mean.Result.Loss);
    }

    [Fact]
    public void Case19_SmoothingOfOneIsAUniformTarget()
    {
        LogitOutcome<T> outcome = Run(X, [2, 0], Sum with { LabelSmoothing = 1 });

        Printed(2 * 1.4076059644, outcome.Result.Loss, 1e-10);
        Printed([.0900305732 - (1 / 3.0), .2447284711 - (1 / 3.0), .6652409558 - (1 / 3.0)], Row(outcome, 0));
    }

    /// <summary>
    /// The true class has no weight, so its residual is its small probability times the others' weight: nothing that may cancel.
    /// </summary>
    [Fact]
    public void Case17_ATargetWithoutWeightKeepsItsSmallResidual()
    {
        LogitOutcome<T> outcome = Run([-18, 0], [0], Sum with { LabelSmoothing = .25, ClassWeights = new double[] { 0, 1 } });

        double expected = .125 * Math.Exp(-18) / (1 + Math.Exp(-18));
        Near.Equal(expected, outcome.Gradient[0], 16 * Near.Roundoff<T>() * expected, "gradient of the true class");
    }

    [Fact]
    public void Case18_AnIgnoredRowAddsNothingToSmoothingEither()
    {
        double[] weights = [1, 2, 3];
        CrossEntropyOptions[] smoothed = [new() { LabelSmoothing = .1 }, new() { LabelSmoothing = .1, ClassWeights = weights }];
        foreach (CrossEntropyOptions options in smoothed)
        {
            LogitOutcome<T> alone = Run(X0, [2], options);
            LogitOutcome<T> withIgnored = Run(X, [2, -100], options);

            Assert.Equal(alone.Result.Loss, withIgnored.Result.Loss);
            Exactly.SameBits<T>(alone.Gradient, Row(withIgnored, 0), "gradient");
            AllZero(Row(withIgnored, 1));
        }
    }

    [Fact]
    public void Case40_TheResidualsOfARowSumToZero()
    {
        double[] logits = [.5, -3, 2.25, 0, 7, 11.125, -20, 4, 4, .75, 100, 0, -1, 2, 3];
        foreach (CrossEntropyOptions options in (CrossEntropyOptions[])
            [new(), Sum, new() { LabelSmoothing = .2 }, new() { ClassWeights = new double[] { 1, 2, 3, 4, 5 } }])
        {
            LogitOutcome<T> hard = Run(logits, [2, 0, 1], options);
            LogitOutcome<T> soft = RunSoft(logits, [.1, .2, .3, .2, .2, 1, 0, 0, 0, 0, 0, 0, 2, 0, 1], 3, options);

            // Each of the 5 residuals of a row is off by at most 16 unit roundoffs of terms that add up to twice the target's sum, here
            // below 20.
            for (int n = 0; n < 3; n++)
            {
                Near.Equal(0.0, Near.Doubles(Row(hard, n)).Sum(), ErrorBounds<T>.Roundoffs * Near.Roundoff<T>() * 20, $"sum of row {n}");
                Near.Equal(
                    0.0, Near.Doubles(Row(soft, n)).Sum(), ErrorBounds<T>.Roundoffs * Near.Roundoff<T>() * 20, $"sum of soft row {n}");
            }
        }
    }
}
