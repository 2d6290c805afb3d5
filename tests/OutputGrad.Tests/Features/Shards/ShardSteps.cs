using System.Globalization;
using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>
/// A step of a shard is its gradients and then the update, bit for bit; and where shards begin at multiples of 512 classes, the steps of
/// all shards are the step of the whole layer.
/// </summary>
public abstract class ShardSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Few rows, one strip, several strips, and several chunks.</summary>
    public static readonly TheoryData<int, int, int> Shapes = [(1, 2_100, 40), (7, 1_025, 33), (45, 1_600, 20), (1_030, 1_030, 3)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void StepsOfShardsAreTheStepOfTheLayer(int rows, int classes, int features)
    {
        for (int variety = 0; variety < 4; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + variety).Layer<T>(rows, classes, features);
            CheckAgainstTheLayer(batch, 512, 1_024);
            CheckAgainstTheLayer(batch.Filtered(.7 / classes, 1.5 / classes), 512);
        }
    }

    /// <summary>So little memory that the rows make several chunks, and every sweep goes over all of them.</summary>
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(1 << 19)]
    public void AndInLittleMemory(long budget)
    {
        LayerBatch<T> batch = new RandomBatches(5).Layer<T>(200, 1_300, 17);
        CheckAgainstTheLayer(batch with { Options = batch.Options with { MaxWorkspaceBytes = budget } }, 512);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ElsewhereAStepIsItsGradientsAndTheUpdate(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows + 9).Layer<T>(rows, classes, features);
        ShardedLayer<T> shards = new(batch, 3, 700);
        SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
        LayerOutcome<T>[] gradients = shards.Backward(merged);
        LayerOutcome<T>[] steps = shards.Step(merged);
        for (int shard = 0; shard < steps.Length; shard++)
        {
            Exactly.SameBits(gradients[shard].Result, steps[shard].Result, $"of shard {shard}");
            Exactly.SameBits<T>(gradients[shard].Hidden, steps[shard].Hidden, "dL/dH");
            Exactly.SameBits<T>(gradients[shard].Weights, steps[shard].Weights, "dL/dW");
            Exactly.SameBits<T>(batch.Bias is null ? [] : gradients[shard].Bias, steps[shard].Bias, "dL/db");
        }
    }

    /// <summary>An optimizer's memory is for the shard's parameters, by their position among them.</summary>
    [Fact]
    public void EveryShardHasItsOwnMemory()
    {
        LayerBatch<T> batch = new RandomBatches(2).IndexedLayer<T>(30, 1_100, 12) with { Bias = new T[1_100] };
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias!];
        LinearCrossEntropy.Step(weights, bias, batch.Labeled(), Optimizer(weights.Length + bias.Length), options: batch.Options);

        ShardedLayer<T> shards = new(batch, 512);
        SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
        T[][] moved = [Moved(0), Moved(1)];

        Exactly.SameBits<T>(weights, [.. moved[0][..(512 * 12)], .. moved[1][..^(1_100 - 512)]], "weights");
        Exactly.SameBits<T>(bias, [.. moved[0][(512 * 12)..], .. moved[1][^(1_100 - 512)..]], "bias");

        T[] Moved(int shard)
        {
            LayerBatch<T> own = shards.Shard(shard);
            T[] ownWeights = [.. own.Weights], ownBias = [.. own.Bias!];
            LinearCrossEntropy.ShardStep(
                ownWeights,
                ownBias,
                own.Labeled(),
                512 * shard,
                1_100,
                merged,
                Optimizer(ownWeights.Length + ownBias.Length),
                options: batch.Options);
            return [.. ownWeights, .. ownBias];
        }
    }

    [Fact]
    public void NoRowsAreAStepWithoutGradient()
    {
        LayerBatch<T> batch = new RandomBatches(1).IndexedLayer<T>(9, 5, 3) with
        {
            Targets = [.. Enumerable.Repeat(-100, 9)],
            RowWeights = null,
            Options = new(),
        };
        ShardedLayer<T> shards = new(batch, 2);
        SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
        LayerOutcome<T> outcome = ShardedLayer<T>.Joined(shards.Step(merged));

        Assert.Equal((0, double.NaN), (outcome.Result.Rows, outcome.Result.Loss));
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias, .. outcome.Hidden], g => Assert.Equal(T.Zero, g));
    }

    [Fact]
    public void WhatIsToldAsTheLeastMemoryWorks()
    {
        LayerBatch<T> batch = new RandomBatches(4).IndexedLayer<T>(100, 1_000, 9);
        ShardedLayer<T> shards = new(batch, 512);
        SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
        LayerOutcome<T>[] expected = shards.Step(merged);
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new ShardedLayer<T>(batch with { Options = batch.Options with { MaxWorkspaceBytes = 1_000 } }, 512).Step(merged));

        long least = long.Parse(error.Message.Split("at least ")[1].Split('.')[0], CultureInfo.InvariantCulture);
        LayerOutcome<T>[] steps =
            new ShardedLayer<T>(batch with { Options = batch.Options with { MaxWorkspaceBytes = least } }, 512).Step(merged);
        Assert.Equal(expected[0].Result.Loss, steps[0].Result.Loss);
    }

    private static void CheckAgainstTheLayer(LayerBatch<T> batch, params int[] cuts)
    {
        cuts = [.. cuts.Where(cut => cut < batch.Classes)];
        ShardedLayer<T> shards = new(batch, cuts);
        LayerOutcome<T> whole = batch.Step();
        LayerOutcome<T> steps = ShardedLayer<T>.Joined(shards.Step(shards.Forward().Aggregate(ShardedLayer<T>.Merged)));

        Assert.Equal(whole.Result, steps.Result with { FilteredMass = whole.Result.FilteredMass });
        Exactly.SameBits<T>(whole.Weights, steps.Weights, $"dL/dW of {batch.Shape}, {batch.Options}");
        Exactly.SameBits<T>(whole.Bias, steps.Bias, $"dL/db of {batch.Shape}, {batch.Options}");
    }

    private static AdamW<T> Optimizer(int parameters) => new(.01, new T[parameters], new T[parameters], step: 3);
}

public sealed class ShardStepsInFloat : ShardSteps<float>;

public sealed class ShardStepsInDouble : ShardSteps<double>;
