using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>Shards that begin anywhere, together, are the layer that the oracle has.</summary>
public abstract class ShardsAnywhere<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void EveryCutOfASmallLayerAgreesWithTheOracle()
    {
        for (int classes = 2; classes <= 30; classes++)
        {
            for (int cut = 1; cut < classes; cut++)
            {
                int rows = 1 + (((classes * 5) + cut) % 19);
                LayerBatch<T> batch = new RandomBatches((classes * 64) + cut).IndexedLayer<T>(rows, classes, 1 + ((classes + cut) % 13));
                Compare(batch, cut);
            }
        }
    }

    [Theory]
    [InlineData(1, 50, 9)]
    [InlineData(5, 700, 20)]
    [InlineData(33, 129, 70)]
    [InlineData(130, 1_030, 33)]
    [InlineData(1_100, 40, 9)]
    [InlineData(9, 60, 1_100)]
    public void ManyShardsOfLargerLayersDo(int rows, int classes, int features)
    {
        for (int variety = 0; variety < 3; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + variety).IndexedLayer<T>(rows, classes, features);
            Compare(
                batch with { Options = batch.Options with { AccumulateGradients = variety % 2 == 0 } },
                Cuts(classes, 1 + (3 * variety), variety));
        }
    }

    [Fact]
    public void AShardForEachClassDoes()
    {
        foreach (int rows in (int[])[3, 20])
        {
            Compare(new RandomBatches(rows).IndexedLayer<T>(rows, 30, 7), [.. Enumerable.Range(1, 29)]);
        }
    }

    [Fact]
    public void ShardsInAnyWorkspaceDo()
    {
        for (int variety = 0; variety < 2; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(variety).IndexedLayer<T>(60, 1_300, 12);
            long least = LeastWorkspace.Of<T>(60, 12, 1_300, batch.Options);
            foreach (long limit in (long[])[least, least * 5 / 4, least * 2])
            {
                Compare(batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } }, 100, 700);
            }
        }
    }

    /// <summary>A bias of 80 makes the second row as sure as a float can say, and the others as wrong.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(8, 80)]
    public void AQuarterOfAMillionClassesDo(int rows, int gap)
    {
        LayerBatch<T> batch = new RandomBatches(5).Layer<T>(rows, 250_000, 2) with
        {
            Targets = [.. Enumerable.Range(0, rows).Select(n => n * 31_249)],
            SoftTargets = null,
            Bias = new T[250_000],
            Options = new(),
        };
        batch.Bias[31_249] = T.CreateChecked(gap);

        Compare(batch, 70_000, 70_001, 150_016);
    }

    /// <summary>
    /// The three numbers are all that another process gets; made into a state again, ties count as correct and the rest rounds.
    /// </summary>
    [Fact]
    public void StatesMadeOfTheirNumbersAgreeWithTheOracleToo()
    {
        for (int variety = 0; variety < 8; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(variety).IndexedLayer<T>(5 + (variety * 3), 90, 1 + (variety % 3));
            ShardedLayer<T> shards = new(batch, 20, 55);
            SoftmaxState<T>[] merged = shards.Forward().Select(Remade)
                .Aggregate((left, right) => Remade(ShardedLayer<T>.Merged(left, right)));
            LayerOutcome<T> outcome = ShardedLayer<T>.Joined(shards.Backward(merged));

            CrossEntropyOracle oracle = batch.Oracle();
            Assert.Equal(oracle.CorrectWithTies, outcome.Result.Correct);
            LayerComparison.CompareShards(batch, outcome with { Result = outcome.Result with { Correct = oracle.Correct } });
        }

        static SoftmaxState<T>[] Remade(SoftmaxState<T>[] states) =>
            Array.ConvertAll(states, state => new SoftmaxState<T>(state.Max, state.SumOfOthers, state.TargetLogit));
    }

    [Fact]
    public void FiltersOfShardsKeepToTheirThresholdsAndCertificates()
    {
        foreach (int rows in (int[])[5, 30])
        {
            for (int variety = 0; variety < 4; variety++)
            {
                LayerBatch<T> batch = new RandomBatches(variety).IndexedLayer<T>(rows, 300, 12).Filtered(1.0 / 300, .8 / 300);
                ShardedLayer<T> filtering = new(batch, 3, 150), exact = new(batch.Unfiltered(), 3, 150);
                SoftmaxState<T>[] merged = filtering.Forward().Aggregate(ShardedLayer<T>.Merged);
                LayerOutcome<T>[] filtered = filtering.Backward(merged), unfiltered = exact.Backward(merged);

                FilterComparison<T>.CompareGradients(batch, ShardedLayer<T>.Joined(unfiltered), ShardedLayer<T>.Joined(filtered));
                Assert.All(
                    Enumerable.Range(0, 3),
                    shard => CheckCertificate(filtering.Shard(shard), batch.Oracle(), unfiltered[shard], filtered[shard]));
            }
        }
    }

    /// <summary>Rounding as in <see cref="FilterComparison{T}"/>; weights are at most 2 and a row's residuals at most 5 in sum.</summary>
    private static void CheckCertificate(LayerBatch<T> shard, CrossEntropyOracle oracle, LayerOutcome<T> exact, LayerOutcome<T> filtered)
    {
        FilterCertificate<T> certificate = new(shard, oracle, filtered.Result.FilteredMass);
        for (int i = 0; i < exact.Hidden.Length; i++)
        {
            int n = i / shard.Features;
            double rounding = 2 * (shard.Classes + 2) * Near.Roundoff<T>() * oracle.Share(n) * 2 * 5;
            Near.Equal(double.CreateChecked(exact.Hidden[i]), filtered.Hidden[i], certificate.Hidden(n) + rounding, $"part of dL/dH[{i}]");
        }
    }

    private static int[] Cuts(int classes, int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1, classes)).Distinct().Order()];
    }

    private static void Compare(LayerBatch<T> batch, params int[] cuts) =>
        LayerComparison.CompareShards(batch, new ShardedLayer<T>(batch, cuts).Run(before: .5), before: .5);
}

public sealed class ShardsAnywhereInFloat : ShardsAnywhere<float>;

public sealed class ShardsAnywhereInDouble : ShardsAnywhere<double>;
