using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>
/// Shards that begin at multiples of 512 classes, where the engine's blocks do: loss, dL/dW and dL/db have the bits of the whole layer, in
/// whatever order and grouping the states are merged, and the parts of dL/dH add up to it but for rounding.
/// </summary>
public abstract class ShardsAtBlocks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Block = 512;

    /// <summary>Few rows, one strip, several strips, and more than a chunk; the last block whole or not.</summary>
    public static readonly TheoryData<int, int, int> Shapes = new()
    {
        { 1, 2_100, 40 },
        { 4, 3_072, 9 },
        { 7, 1_025, 33 },
        { 8, 2_049, 5 },
        { 45, 1_600, 20 },
        { 1_030, 1_030, 3 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AllHaveTheBitsOfTheWholeLayer(int rows, int classes, int features)
    {
        for (int variety = 0; variety < 8; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + variety).Layer<T>(rows, classes, features);
            batch = batch with { Options = batch.Options with { AccumulateGradients = variety % 2 == 1 } };
            LayerOutcome<T> whole = batch.Run(before: .5);
            LayerOutcome<T>[] sharded = [.. CutsOf(classes).Select(cuts => new ShardedLayer<T>(batch, cuts).Run(before: .5))];

            Assert.All(sharded, outcome => SameSums(whole, outcome, $"{batch.Shape}, {batch.Options}"));
            if (variety == 0)
            {
                LayerComparison.CompareShards(batch, sharded[0], before: .5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void NoOrderOfMergingChangesABit(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, classes, features);
        ShardedLayer<T> shards = new(batch, CutsOf(classes)[0]);
        SoftmaxState<T>[][] states = shards.Forward();
        LayerOutcome<T> whole = batch.Run();

        SameSums(whole, Backward(states.Reverse().Aggregate(ShardedLayer<T>.Merged)), "merged backwards");
        SameSums(
            whole, Backward(states.Reverse().Aggregate((right, left) => ShardedLayer<T>.Merged(left, right))), "merged from the right");
        for (int seed = 0; seed < 3; seed++)
        {
            SameSums(whole, Backward(MergedInPairs([.. states], new Random(seed))), $"merged in any pairs, seed {seed}");
        }

        LayerOutcome<T> Backward(SoftmaxState<T>[] merged) => ShardedLayer<T>.Joined(shards.Backward(merged));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void FiltersLeaveOutTheSame(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).IndexedLayer<T>(rows, classes, features).Filtered(.7 / classes, 1.5 / classes);
        LayerOutcome<T> whole = batch.Run();
        Assert.True(whole.Result.FilteredMass > 0);
        foreach (int[] cuts in CutsOf(classes))
        {
            ShardedLayer<T> shards = new(batch, cuts);
            LayerOutcome<T>[] parts = shards.Backward(shards.Forward().Aggregate(ShardedLayer<T>.Merged));
            LayerOutcome<T> sharded = ShardedLayer<T>.Joined(parts);

            SameSums(whole, sharded, $"filtered, cut at {string.Join(", ", cuts)}");

            // Each mass is summed over classes in its own order.
            double rounding = classes * Near.Roundoff<T>() * sharded.Result.FilteredMass;
            Assert.InRange(
                whole.Result.FilteredMass, parts.Max(part => part.Result.FilteredMass) - rounding, sharded.Result.FilteredMass + rounding);
        }

        LayerOutcome<T> all = new ShardedLayer<T>(batch, CutsOf(classes)[0]).Run();
        FilterComparison<T>.CompareGradients(batch, batch.Unfiltered().Run(), all);
    }

    /// <summary>All multiples of a block, some of them, and none.</summary>
    private static int[][] CutsOf(int classes)
    {
        int[] all = [.. Enumerable.Range(1, (classes - 1) / Block).Select(block => block * Block)];
        return [all, [all[0]], [all[^1]], []];
    }

    private static SoftmaxState<T>[] MergedInPairs(List<SoftmaxState<T>[]> states, Random random)
    {
        while (states.Count > 1)
        {
            SoftmaxState<T>[] left = Taken(), right = Taken();
            states.Add(ShardedLayer<T>.Merged(left, right));
        }

        return states[0];

        SoftmaxState<T>[] Taken()
        {
            int taken = random.Next(states.Count);
            SoftmaxState<T>[] state = states[taken];
            states.RemoveAt(taken);
            return state;
        }
    }

    private static void SameSums(LayerOutcome<T> whole, LayerOutcome<T> sharded, string where)
    {
        Assert.Equal(whole.Result, sharded.Result with { FilteredMass = whole.Result.FilteredMass });
        Exactly.SameBits<T>(whole.Weights, sharded.Weights, $"dL/dW {where}");
        Exactly.SameBits<T>(whole.Bias, sharded.Bias, $"dL/db {where}");
    }
}

public sealed class ShardsAtBlocksInFloat : ShardsAtBlocks<float>;

public sealed class ShardsAtBlocksInDouble : ShardsAtBlocks<double>;
