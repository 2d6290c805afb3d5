using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>FilteredMass bounds what the filter does to the gradients, on any path of the engine, and no smaller number would.</summary>
public abstract class FilterCertificates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Few rows, one strip of them by dot products too, several strips and blocks, several chunks, more features than a block has.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 700, 9)]
    [InlineData(7, 1_040, 33)]
    [InlineData(8, 30, 5)]
    [InlineData(9, 520, 17)]
    [InlineData(33, 129, 70)]
    [InlineData(130, 1_030, 20)]
    [InlineData(1_100, 40, 9)]
    [InlineData(12, 40, 1_100)]
    [InlineData(7, 300, 150)]
    [InlineData(13, 4_100, 270)]
    public void NoElementIsFurtherOffThanItSays(int rows, int classes, int features)
    {
        for (int variety = 0; variety < 4; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + classes + variety).Layer<T>(rows, classes, features);
            batch = batch with { Options = batch.Options with { AccumulateGradients = variety % 2 == 1 } };
            FilterComparison<T>.Run(batch.Filtered((1 + variety) / (2.0 * classes), (7 - variety) / (3.0 * classes)), before: .5);
        }
    }

    [Fact]
    public void SoItIsInAnyWorkspace()
    {
        for (int variety = 0; variety < 3; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(variety).Layer<T>(60, 1_200, 20).Filtered(1e-3, 2e-3);
            long least = LeastWorkspace.Of<T>(60, 20, 1_200, batch.Options);
            foreach (long limit in (long[])[least, least * 5 / 4, least * 2])
            {
                FilterComparison<T>.Run(batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } });
            }
        }
    }

    /// <summary>
    /// With all of W as large as the largest and of one sign in each column, errors of one sign add up to the bound in the row that lost
    /// most. The bias alone tells classes apart.
    /// </summary>
    [Theory]
    [InlineData(1, 300)]
    [InlineData(6, 1_100)]
    [InlineData(24, 90)]
    [InlineData(40, 1_100)]
    public void EqualWeightsReachTheBound(int rows, int classes)
    {
        const int Features = 10;
        RandomBatches random = new(rows);
        LayerBatch<T> batch = random.Layer<T>(rows, classes, Features);
        batch = (batch with
        {
            Weights = [.. Enumerable.Range(0, classes * Features).Select(i => T.CreateChecked(i % Features % 3 == 0 ? -1.5 : 1.5))],
            Bias = random.Grid<T>(classes, 1 / 64.0, 3),
            Targets = [.. Enumerable.Range(0, rows).Select(n => n * 37 % classes)],
            SoftTargets = null,
            Options = new(),
        }).Filtered(1.5 / classes, 0);
        LayerOutcome<T> filtered = FilterComparison<T>.Run(batch);
        T[] exact = batch.Unfiltered().Run().Hidden;
        FilterCertificate<T> certificate = new(batch, batch.Oracle(), filtered.Result.FilteredMass);

        double reached = exact
            .Select((g, i) => Math.Abs(double.CreateChecked(g - filtered.Hidden[i])) / certificate.Hidden(i / Features))
            .Max();

        // Rounding as in FilterComparison: the mass is at least a tenth of all residuals, whose magnitudes add up to at most 2.
        Assert.InRange(filtered.Result.FilteredMass, .1, 1);
        Assert.InRange(
            reached, 1 - (2 * (classes + 2) * 10 * Near.Roundoff<T>()) - 1e-3, 1 + (2 * (classes + 2) * 10 * Near.Roundoff<T>()));
    }

    [Fact]
    public void AccumulatingAddsWhatTheFilterLeaves()
    {
        foreach (int rows in (int[])[5, 30])
        {
            LayerBatch<T> batch = TrainedLayers.Make<T>(rows, 600, 12) with { Options = new() { AccumulateGradients = true } };
            LayerOutcome<T> outcome = FilterComparison<T>.Run(batch.Filtered(.002, .002), before: .5);

            Assert.True(outcome.Result.FilteredMass > 0);
            Assert.Contains(T.CreateChecked(.5), outcome.Weights);
        }
    }

    /// <summary>Each filter has its own gradients: where one is off they keep their bits.</summary>
    [Fact]
    public void OneFilterLeavesTheOthersGradientsAlone()
    {
        foreach (int rows in (int[])[5, 30])
        {
            LayerBatch<T> batch = TrainedLayers.Make<T>(rows, 600, 12);
            LayerOutcome<T> exact = batch.Run();
            LayerOutcome<T> hidden = batch.Filtered(.002, 0).Run(), weights = batch.Filtered(0, .003).Run(),
                both = batch.Filtered(.002, .003).Run();

            Exactly.SameBits<T>(exact.Weights, hidden.Weights, "weight gradient");
            Exactly.SameBits<T>(exact.Bias, hidden.Bias, "bias gradient");
            Exactly.SameBits<T>(exact.Hidden, weights.Hidden, "hidden gradient");
            Exactly.SameBits<T>(hidden.Hidden, both.Hidden, "hidden gradient of both filters");
            Exactly.SameBits<T>(weights.Weights, both.Weights, "weight gradient of both filters");
            Exactly.SameBits<T>(weights.Bias, both.Bias, "bias gradient of both filters");
            Assert.NotEqual(exact.Hidden, hidden.Hidden);
            Assert.NotEqual(exact.Weights, weights.Weights);
            Assert.Equal(Math.Max(hidden.Result.FilteredMass, weights.Result.FilteredMass), both.Result.FilteredMass);
        }
    }

    [Fact]
    public void AQuarterOfAMillionClassesKeepToIt() =>
        FilterComparison<T>.Run(TrainedLayers.Make<T>(8, 250_000, 3).Filtered(1.0 / 4096, 1.0 / 4096));
}

public sealed class FilterCertificatesInFloat : FilterCertificates<float>;

public sealed class FilterCertificatesInDouble : FilterCertificates<double>;
