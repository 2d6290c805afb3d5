using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>A layer whose classes are cut into shards, and what both halves of the work make of them.</summary>
/// <param name="batch">The whole layer.</param>
/// <param name="cuts">The classes at which another shard begins, in ascending order; none for one shard of all classes.</param>
internal sealed class ShardedLayer<T>(LayerBatch<T> batch, params int[] cuts)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private IEnumerable<int> Shards => Enumerable.Range(0, cuts.Length + 1);

    /// <summary>Each shard's states, one for each row.</summary>
    public SoftmaxState<T>[][] Forward() => [.. Shards.Select(Forward)];

    /// <summary>
    /// Each shard's gradients: its part of dL/dH, and its classes' of dL/dW and dL/db, which hold <paramref name="before"/> everywhere.
    /// </summary>
    public LayerOutcome<T>[] Backward(SoftmaxState<T>[] merged, double before = 0) => Backward(merged, MergedNorms(merged), before);

    /// <summary>The same with squared norms that were merged in some order.</summary>
    public LayerOutcome<T>[] Backward(SoftmaxState<T>[] merged, SquaredNorm[] squaredNorms, double before = 0) =>
        [.. Shards.Select(shard => Backward(shard, merged, squaredNorms, before))];

    /// <summary>Each shard's step, as <see cref="LayerSteps"/> records it.</summary>
    public LayerOutcome<T>[] Step(SoftmaxState<T>[] merged)
    {
        SquaredNorm[] squaredNorms = MergedNorms(merged);
        return [.. Shards.Select(shard => Shard(shard).ShardStep(First(shard), batch.Classes, merged, squaredNorms))];
    }

    /// <summary>Each shard's squared norms, one for each row.</summary>
    public SquaredNorm[][] SquaredNorms(SoftmaxState<T>[] merged) => [.. Shards.Select(shard => SquaredNorms(shard, merged))];

    /// <summary>The whole layer's outcome, the states merged in the order of the shards.</summary>
    public LayerOutcome<T> Run(double before = 0) => Joined(Backward(Forward().Aggregate(Merged), before));

    /// <summary>Both shards' states, row by row.</summary>
    public static SoftmaxState<T>[] Merged(SoftmaxState<T>[] left, SoftmaxState<T>[] right) => [.. left.Zip(right, SoftmaxState<T>.Merge)];

    /// <summary>
    /// The shards' outcomes as the layer's: all say the same of the loss, the parts of dL/dH are summed, the others lie side by side. What
    /// was filtered from a row of any shard, summed over the shards, is at least what was filtered from that row.
    /// </summary>
    public static LayerOutcome<T> Joined(LayerOutcome<T>[] shards)
    {
        CrossEntropyResult result = shards[0].Result with { FilteredMass = shards.Sum(shard => shard.Result.FilteredMass) };
        Assert.All(shards, shard => Assert.Equal(result, shard.Result with { FilteredMass = result.FilteredMass }));
        return shards[0] with
        {
            Result = result,
            Hidden = shards.Select(shard => shard.Hidden).Aggregate((sum, part) => [.. sum.Zip(part, (a, b) => a + b)]),
            Weights = [.. shards.SelectMany(shard => shard.Weights)],
            Bias = [.. shards.SelectMany(shard => shard.Bias)],
        };
    }

    /// <summary>The layer of one shard alone; its targets are still those of the whole.</summary>
    public LayerBatch<T> Shard(int shard)
    {
        (int first, int end) = (First(shard), First(shard + 1));
        return batch with { Weights = batch.Weights[(first * batch.Features)..(end * batch.Features)], Bias = batch.Bias?[first..end] };
    }

    private int First(int shard) => shard == 0 ? 0 : shard > cuts.Length ? batch.Classes : cuts[shard - 1];

    private SoftmaxState<T>[] Forward(int shard)
    {
        SoftmaxState<T>[] states = new SoftmaxState<T>[batch.SelectedRows];
        LayerBatch<T> own = Shard(shard);
        LinearCrossEntropy.ShardForward(own.Layer(), own.Labeled(), First(shard), batch.Classes, states, batch.Options);
        return states;
    }

    /// <summary>Where rows are clipped, merged in the order of the shards; else none.</summary>
    private SquaredNorm[] MergedNorms(SoftmaxState<T>[] merged) => batch.Options.MaxRowGradientNorm is null
        ? []
        : SquaredNorms(merged).Aggregate((left, right) => [.. left.Zip(right, SquaredNorm.Merge)]);

    private SquaredNorm[] SquaredNorms(int shard, SoftmaxState<T>[] merged)
    {
        SquaredNorm[] squaredNorms = new SquaredNorm[batch.SelectedRows];
        LayerBatch<T> own = Shard(shard);
        LinearCrossEntropy.ShardSquaredNorms(
            own.Layer(), own.Labeled(), First(shard), batch.Classes, merged, squaredNorms, batch.Options);
        return squaredNorms;
    }

    private LayerOutcome<T> Backward(int shard, SoftmaxState<T>[] merged, SquaredNorm[] squaredNorms, double before)
    {
        LayerBatch<T> own = Shard(shard);
        LayerOutcome<T> outcome = own.Outcome(before);
        return outcome with
        {
            Result = LinearCrossEntropy.ShardBackward(
                own.Layer(), own.Labeled(), First(shard), batch.Classes, merged, outcome.Gradients(), batch.Options, squaredNorms),
        };
    }
}
