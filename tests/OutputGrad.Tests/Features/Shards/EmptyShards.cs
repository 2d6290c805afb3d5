using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>Batches without rows, and without any that counts.</summary>
public abstract class EmptyShards<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public void WithoutCountedRowsTheMeanIsNaNTheSumZeroAndSoAreGradients(int rows)
    {
        LayerBatch<T> batch = Uncounted(rows);

        LayerOutcome<T> mean = new ShardedLayer<T>(batch, 2, 5).Run(before: 7);
        LayerOutcome<T> sum = new ShardedLayer<T>(batch with { Options = Sum }, 2, 5).Run(before: 7);

        Assert.Equal((double.NaN, 0, 0), (mean.Result.Loss, mean.Result.Rows, mean.Result.Correct));
        Assert.Equal(0, sum.Result.Loss);
        foreach (LayerOutcome<T> outcome in (LayerOutcome<T>[])[mean, sum])
        {
            Assert.All((T[])[.. outcome.Hidden, .. outcome.Weights, .. outcome.Bias], g => Assert.Equal(T.Zero, g));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public void WhatIsAccumulatedIntoIsKept(int rows)
    {
        LayerBatch<T> batch = Uncounted(rows) with { Options = new() { AccumulateGradients = true } };

        LayerOutcome<T> outcome = new ShardedLayer<T>(batch, 2, 5).Run(before: 7);

        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias], g => Assert.Equal(T.CreateChecked(7), g));
        Assert.All(outcome.Hidden, g => Assert.Equal(T.Zero, g));
    }

    [Fact]
    public void NothingAskedForIsFine()
    {
        LayerBatch<T> batch = new RandomBatches(1).IndexedLayer<T>(12, 7, 3);
        SoftmaxState<T>[] merged = new ShardedLayer<T>(batch).Forward()[0];

        CrossEntropyResult result = LinearCrossEntropy.ShardBackward(batch.Layer(), batch.Labeled(), 0, 7, merged, default, batch.Options);

        Assert.Equal(LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Options), result);
    }

    private static LayerBatch<T> Uncounted(int rows) => new RandomBatches(3).IndexedLayer<T>(20, 7, 3) with
    {
        Hidden = new T[3 * rows],
        Targets = [.. Enumerable.Repeat(-100, rows)],
        RowWeights = null,
        Bias = new T[7],
        Options = new(),
    };
}

public sealed class EmptyShardsInFloat : EmptyShards<float>;

public sealed class EmptyShardsInDouble : EmptyShards<double>;
