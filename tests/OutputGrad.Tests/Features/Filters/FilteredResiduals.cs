using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>Which residuals the filter leaves out, one by one: none that reaches the threshold and never the true class.</summary>
public abstract class FilteredResiduals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double[] Shares = [.3, .7, .95, 1.1];

    [Fact]
    public void OfTheHiddenGradientNoneThatReachesTheThresholdIsLeftOut() => Sweep(ResidualProbe<T>.Hidden);

    [Fact]
    public void OfTheWeightGradientNoneThatReachesTheThresholdIsLeftOut() => Sweep(ResidualProbe<T>.Weights);

    /// <summary>Few rows, several blocks of classes, several strips of rows, several chunks.</summary>
    [Theory]
    [InlineData(5, 1_030)]
    [InlineData(40, 550)]
    [InlineData(1_030, 15)]
    public void SoItIsInLargerShapes(int rows, int classes)
    {
        ResidualProbe<T>.Hidden(rows, rows, classes).Filtering(.9).Check();
        ResidualProbe<T>.Weights(classes, rows, classes).Filtering(.9).Check();
    }

    [Fact]
    public void SoItIsInAnyWorkspace()
    {
        foreach (ResidualProbe<T> probe in (ResidualProbe<T>[])[ResidualProbe<T>.Hidden(3, 41, 67), ResidualProbe<T>.Weights(8, 41, 670)])
        {
            ResidualProbe<T> filtering = probe.Filtering(.8);
            LayerBatch<T> batch = filtering.Batch;
            long least = LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options);
            foreach (long limit in (long[])[least, least * 5 / 4, least * 2])
            {
                filtering.With(options => options with { MaxWorkspaceBytes = limit }).Check();
            }
        }
    }

    [Fact]
    public void AThresholdAboveEverythingLeavesTheTrueClassAlone()
    {
        foreach (int rows in (int[])[3, 20])
        {
            foreach (double threshold in (double[])[10, 1e30, double.MaxValue])
            {
                ResidualProbe<T>[] probes = [ResidualProbe<T>.Hidden(1, rows, 50), ResidualProbe<T>.Weights(1, rows, 50)];
                foreach (ResidualProbe<T> probe in probes)
                {
                    LayerBatch<T> batch = probe.Batch with
                    {
                        Targets = [.. Enumerable.Range(0, rows).Select(n => n % 3 * 9)],
                        SoftTargets = null,
                        Options = new(),
                    };

                    T[] exact = probe.Residuals(batch.Run()), left = probe.Residuals(batch.Filtered(threshold, threshold).Run());

                    Assert.All(Enumerable.Range(0, rows), n => Assert.Equal(exact[(n * 50) + (n % 3 * 9)], left[(n * 50) + (n % 3 * 9)]));
                    Assert.All(
                        Enumerable.Range(0, rows), n => Assert.All(left[((n * 50) + 24)..((n + 1) * 50)], g => Assert.Equal(T.Zero, g)));
                }
            }
        }
    }

    /// <summary>Nothing is below the least number there is but zeros, of which it does not matter whether they stay.</summary>
    [Fact]
    public void AThresholdBelowEverythingLeavesAllAsItIs()
    {
        foreach (int rows in (int[])[3, 20])
        {
            LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, 70, 12);
            LayerOutcome<T> exact = batch.Run();

            LayerOutcome<T> filtered = batch.Filtered(double.Epsilon, double.Epsilon).Run();

            Assert.Equal(exact.Result, filtered.Result);
            Assert.Equal(exact.Hidden, filtered.Hidden);
            Assert.Equal(exact.Weights, filtered.Weights);
            Assert.Equal(exact.Bias, filtered.Bias);
        }
    }

    /// <summary>Powers of two scale everything exactly, so that the same residuals are left out and the mass keeps its bits.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(-4, 1)]
    [InlineData(1 / 1024.0, 1024)]
    [InlineData(1 / 64.0, 1.0 / (1 << 30))]
    public void TheThresholdIsBeforeRowWeightAndDivisor(double rowWeight, double normalizer)
    {
        foreach (int rows in (int[])[4, 30])
        {
            ResidualProbe<T>[] probes = [ResidualProbe<T>.Hidden(rows, rows, 40), ResidualProbe<T>.Weights(rows, rows, 40)];
            foreach (ResidualProbe<T> probe in probes)
            {
                ResidualProbe<T> plain = probe.With(_ => new() { Reduction = Reduction.Sum });
                plain = (plain with { Batch = plain.Batch with { RowWeights = null } }).Filtering(.8);
                T[] rowWeights = new T[rows];
                Array.Fill(rowWeights, T.CreateChecked(rowWeight));
                LayerBatch<T> weighted =
                    plain.Batch with { RowWeights = rowWeights, Options = plain.Batch.Options with { Normalizer = normalizer } };
                T scale = T.CreateChecked(rowWeight / normalizer);

                LayerOutcome<T> expected = plain.Batch.Run(), actual = weighted.Run();

                Assert.Equal(expected.Result.FilteredMass, actual.Result.FilteredMass);
                Assert.True(expected.Result.FilteredMass > 0);
                Assert.Equal(Array.ConvertAll(plain.Residuals(expected), g => g * scale), plain.Residuals(actual));
            }
        }
    }

    /// <summary>A row of weight zero has no gradient to leave anything out of.</summary>
    [Fact]
    public void ARowOfWeightZeroAddsNothing()
    {
        ResidualProbe<T> probe = ResidualProbe<T>.Hidden(2, 20, 30).With(_ => new() { Reduction = Reduction.Sum }).Filtering(.8);
        T[] rowWeights = [.. Enumerable.Range(0, 20).Select(n => T.CreateChecked(n % 2))];
        LayerBatch<T> batch = probe.Batch with { RowWeights = rowWeights };

        LayerOutcome<T> outcome = batch.Run();

        Assert.True(double.IsFinite(outcome.Result.FilteredMass));
        Assert.All(Enumerable.Range(0, 10), n => Assert.All(outcome.Hidden[(n * 60)..((n * 60) + 30)], g => Assert.Equal(T.Zero, g)));
        (probe with { Batch = batch }).Check();
    }

    private static void Sweep(Func<int, int, int, ResidualProbe<T>> probe)
    {
        int removed = 0;
        for (int classes = 1; classes <= 50; classes++)
        {
            for (int variety = 0; variety < Shares.Length; variety++)
            {
                int rows = 1 + (((classes * 3) + (variety * 7)) % 27);
                removed += probe((classes * 4) + variety, rows, classes).Filtering(Shares[variety]).Check();
            }
        }

        Assert.True(removed > 1_000, $"Only {removed} residuals are left out.");
    }
}

public sealed class FilteredResidualsInFloat : FilteredResiduals<float>;

public sealed class FilteredResidualsInDouble : FilteredResiduals<double>;
