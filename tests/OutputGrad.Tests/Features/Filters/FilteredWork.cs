using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>On logits like a trained model's the filter leaves most of the work out, and the little that matters in.</summary>
public abstract class FilteredWork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 32, Classes = 16_384, Features = 24;
    private const double Threshold = 1.0 / 4096;

    [Fact]
    public void MostClassesOfATrainedModelAreLeftOutOfTheWeightGradient()
    {
        LayerBatch<T> batch = TrainedLayers.Make<T>(Rows, Classes, Features).Filtered(Threshold, Threshold);
        CrossEntropyOracle oracle = batch.Oracle();
        int likely = oracle.Details.Sum(row => row!.Probabilities.Count(p => p > Threshold));
        int certain = oracle.Details.Zip(batch.Targets!, (row, target) => row!.Probabilities[target] > .5 ? 1 : 0).Sum();
        Assert.InRange(likely / (double)(Rows * Classes), .001, .006);
        Assert.InRange(certain, Rows / 2, Rows);

        LayerOutcome<T> outcome = FilterComparison<T>.Run(batch);

        int untouched = Enumerable.Range(0, Classes).Count(
            v => outcome.Weights.AsSpan(v * Features, Features).IndexOfAnyExcept(T.Zero) < 0);
        Assert.InRange(untouched, Classes * 3 / 4, Classes - Rows);
        Assert.InRange(outcome.Result.FilteredMass, .01, 1);
        Assert.All(batch.Targets!, target => Assert.NotEqual(T.Zero, outcome.Bias[target]));
    }

    /// <summary>Of a batch of logits no gradient is left out: there the gradient is as large as the work.</summary>
    [Fact]
    public void FromLogitsNothingIsLeftOut()
    {
        for (int variety = 0; variety < 6; variety++)
        {
            LogitBatch<T> batch = new RandomBatches(variety).Logits<T>(9, 70);
            LogitOutcome<T> exact = FromLogits.Run(batch);

            LogitOutcome<T> filtered = FromLogits.Run(
                batch with { Options = batch.Options with { HiddenFilterThreshold = .5, WeightFilterThreshold = .5 } });

            Assert.Equal(exact.Result, filtered.Result);
            Assert.Equal(0, filtered.Result.FilteredMass);
            Exactly.SameBits<T>(exact.Gradient, filtered.Gradient, "gradient");
        }
    }

    /// <summary>A loss without gradients has nothing left out of it.</summary>
    [Fact]
    public void TheLossAloneHasNoMass()
    {
        foreach (int rows in (int[])[4, 20])
        {
            LayerBatch<T> batch = new RandomBatches(1).Layer<T>(rows, 70, 9);

            Assert.Equal(
                LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Options),
                LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Filtered(.5, .5).Options));
        }
    }

    /// <summary>
    /// log1p and -1 / (1 + e^gap) to 16 unit roundoffs at every gap, as without a filter; what is left out is as large as what stays, by no
    /// more than a thousandth.
    /// </summary>
    [Fact]
    public void TheTrueClassKeepsItsDigitsHoweverSureItsRowIs()
    {
        double widest = typeof(T) == typeof(float) ? 80 : 700;
        double roundoffs = ErrorBounds<T>.Roundoffs * Near.Roundoff<T>();
        for (double gap = 5; gap <= widest; gap += .625)
        {
            foreach (int rows in (int[])[1, 9])
            {
                LayerBatch<T> batch = new()
                {
                    Features = 2,
                    Hidden = [.. Enumerable.Range(0, 2 * rows).Select(i => T.CreateChecked(i % 2 == 0 ? gap : 0))],
                    Weights = [T.One, T.Zero, T.Zero, T.One],
                    Targets = new int[rows],
                    Options = new() { Reduction = Reduction.Sum },
                };
                double residual = 1 / (1 + Math.Exp(gap));

                LayerOutcome<T> outcome = batch.Filtered(.01, .01).Run();

                Near.Equal(-residual, outcome.Hidden[0], roundoffs * residual, $"gradient of the true class at gap {gap}");
                Assert.Equal(T.Zero, outcome.Hidden[1]);
                Near.Equal(residual, outcome.Result.FilteredMass, 1e-3 * residual, $"mass at gap {gap}");
                Near.Equal(
                    rows * Logarithm.OfOnePlus(Math.Exp(-gap)), outcome.Result.Loss, roundoffs * rows * residual, $"loss at gap {gap}");
            }
        }
    }

    [Fact]
    public void NaNStays()
    {
        foreach (int rows in (int[])[4, 20])
        {
            LayerBatch<T> batch = TrainedLayers.Make<T>(rows, 600, 12).Filtered(.01, .01);
            LayerOutcome<T> clean = batch.Unfiltered().Run();
            batch.Hidden[(2 * 12) + 3] = T.NaN;

            LayerOutcome<T> outcome = batch.Run();

            Assert.All(outcome.Hidden[24..36], g => Assert.True(T.IsNaN(g)));
            Assert.All(outcome.Weights, g => Assert.True(T.IsNaN(g)));
            Assert.All(outcome.Bias, g => Assert.True(T.IsNaN(g)));
            Assert.Equal(double.NaN, outcome.Result.Loss);
            Assert.True(double.IsFinite(outcome.Result.FilteredMass));
            Exactly.SameBits<T>(clean.Rows.Losses.AsSpan(0, 2), outcome.Rows.Losses.AsSpan(0, 2), "losses of other rows");
            Assert.All(outcome.Hidden.Where((_, i) => i / 12 != 2), g => Assert.True(T.IsFinite(g)));
        }
    }
}

public sealed class FilteredWorkInFloat : FilteredWork<float>;

public sealed class FilteredWorkInDouble : FilteredWork<double>;
