using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>Real calls in the least workspace that is told: they are right, and one byte less is refused with that very number.</summary>
public abstract class LeastWorkspaceCalls<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Threshold = 1 / 64.0;

    public static readonly TheoryData<int, int, int> Shapes =
    [
        (1, 5, 9), (3, 40, 600), (4, 7, 1_030), (7, 150, 30), (8, 160, 4_100),
        (9, 1, 2), (17, 31, 33), (50, 50, 600), (40, 24, 5_000), (150, 64, 700), (1_100, 7, 40),
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfGradients(int rows, int features, int classes)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            long least = Least(batch, WorkspaceUse.Gradient);
            Refuses(least, limit => Limited(batch, limit).Run());
            LayerComparison.Compare(batch, Limited(batch, least).Run());

            LayerBatch<T> filtered = batch.Filtered(Threshold, Threshold);
            least = Least(filtered, WorkspaceUse.Gradient);
            Refuses(least, limit => Limited(filtered, limit).Run());
            Limited(filtered, least).Run();
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfSteps(int rows, int features, int classes)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            long least = Least(batch, WorkspaceUse.Step);
            Refuses(least, limit => Limited(batch, limit).Step());
            LayerComparison.Compare(batch, Limited(batch, least).Step());

            LayerBatch<T> filtered = batch.Filtered(Threshold, Threshold);
            least = Least(filtered, WorkspaceUse.Step);
            Refuses(least, limit => Limited(filtered, limit).Step());
            Limited(filtered, least).Step();
        }
    }

    /// <summary>A softmax takes no more than a gradient's least, and names that; its bits are those in any other workspace.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfTheSoftmax(int rows, int features, int classes)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes).Take(2))
        {
            long least = Least(batch, WorkspaceUse.Gradient);
            int top = Math.Min(3, classes);
            Refuses(least, limit => Limited(batch, limit).Softmax(top));
            SoftmaxComparison.Compare(batch, Limited(batch, least).Softmax(top));
            Refuses(least, limit => Limited(batch, limit).ForwardRows());
        }
    }

    /// <summary>Two shards, each in its own least workspace.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfShards(int rows, int features, int classes)
    {
        int cut = Math.Max(1, classes / 3);
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            ShardedLayer<T> shards = new(batch, cut);
            LimitedShard[] parts = [new(batch, shards.Shard(0), 0), new(batch, shards.Shard(1), cut)];
            SoftmaxState<T>[] merged = parts.Select(part => part.Forward(part.Least)).Aggregate(ShardedLayer<T>.Merged);
            LayerComparison.CompareShards(batch, ShardedLayer<T>.Joined([.. parts.Select(part => part.Backward(merged, part.Least))]));
            foreach (LimitedShard part in parts)
            {
                Refuses(part.Least, limit => part.Forward(limit));
                Refuses(part.Least, limit => part.Backward(merged, limit));
            }
        }
    }

    /// <summary>
    /// Class indices of rows that all count, which shards take too. Logits are of a size that neither a cap nor exp takes to the end of the
    /// range of float.
    /// </summary>
    private static IEnumerable<LayerBatch<T>> Batches(int rows, int features, int classes)
    {
        for (int seed = 0; seed < 6; seed++)
        {
            LayerBatch<T> batch = new RandomBatches((seed * 4096) + rows).IndexedLayer<T>(rows, classes, features);
            yield return batch with
            {
                Targets = Array.ConvertAll(batch.Targets!, target => target == batch.Options.IgnoreIndex ? classes - 1 : target),
                Options = batch.Options with
                {
                    IgnoreIndex = -100,
                    MaxDegreeOfParallelism = 1 + (seed % 3),
                    LogitScale = batch.Options.LogitScale / (features > 64 ? 16 : 1),
                },
            };
        }
    }

    private static LayerBatch<T> Limited(LayerBatch<T> batch, long limit) =>
        batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } };

    private static long Least(LayerBatch<T> batch, WorkspaceUse use) => LeastWorkspace.Told(
        () => LinearCrossEntropy.WorkspaceBytes<T>(batch.Rows, batch.Features, batch.Classes, Limited(batch, 1).Options, use), limit: 1);

    private static void Refuses(long least, Action<long> call)
    {
        foreach (long limit in (long[])[1, least / 2, least - 1])
        {
            Assert.Equal(least, LeastWorkspace.Told(() => call(limit), limit));
        }
    }

    /// <param name="batch">The whole layer.</param>
    /// <param name="own">The layer of the shard alone.</param>
    /// <param name="first">Its first class.</param>
    private sealed class LimitedShard(LayerBatch<T> batch, LayerBatch<T> own, int first)
    {
        public long Least { get; } = LeastWorkspace.Told(
            () => LinearCrossEntropy.ShardWorkspaceBytes<T>(
                batch.Rows, batch.Features, own.Classes, batch.Classes, Limited(batch, 1).Options),
            limit: 1);

        public SoftmaxState<T>[] Forward(long limit)
        {
            SoftmaxState<T>[] states = new SoftmaxState<T>[batch.Rows];
            LinearCrossEntropy.ShardForward(own.Layer(), own.Labeled(), first, batch.Classes, states, Limited(batch, limit).Options);
            return states;
        }

        public LayerOutcome<T> Backward(SoftmaxState<T>[] merged, long limit)
        {
            LayerOutcome<T> outcome = own.Outcome(0);
            CrossEntropyResult result = LinearCrossEntropy.ShardBackward(
                own.Layer(), own.Labeled(), first, batch.Classes, merged, outcome.Gradients(), Limited(batch, limit).Options);
            return outcome with { Result = result };
        }
    }
}

public sealed class LeastWorkspaceCallsInFloat : LeastWorkspaceCalls<float>;

public sealed class LeastWorkspaceCallsInDouble : LeastWorkspaceCalls<double>;
