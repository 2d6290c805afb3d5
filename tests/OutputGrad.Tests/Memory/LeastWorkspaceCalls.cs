using System.Numerics;
using OutputGrad.Tests.Oracle;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>Real calls in the least workspace that is told: they are right, and one byte less is refused with that very number.</summary>
public abstract class LeastWorkspaceCalls<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A part of the options that <see cref="RandomBatches"/> draws.</summary>
    private const int Seeds = 6;

    public static readonly TheoryData<int, int, int> Shapes =
    [
        (1, 5, 9), (3, 40, 600), (4, 7, 1_030), (7, 150, 30), (9, 1, 2), (17, 31, 33), (8, 160, 4_100), (50, 50, 600), (40, 24, 5_000), (150, 64, 700), (1_100, 7, 40),
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfGradients(int rows, int features, int classes)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            long least = Least(limit => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, batch.Options with { MaxWorkspaceBytes = limit }));
            Refuses(least, limit => Limited(batch, limit).Run());
            LayerComparison.Compare(batch, Limited(batch, least).Run());
            Limited(batch.Filtered(1 / 64.0, 1 / 64.0), LeastFiltered(batch, WorkspaceUse.Gradient)).Run();
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OfSteps(int rows, int features, int classes)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            long least = Least(
                limit => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, batch.Options with { MaxWorkspaceBytes = limit }, WorkspaceUse.Step));
            Refuses(least, limit => Limited(batch, limit).Step());
            LayerComparison.Compare(batch, Limited(batch, least).Step());
            Limited(batch.Filtered(1 / 64.0, 1 / 64.0), LeastFiltered(batch, WorkspaceUse.Step)).Step();
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
            (LayerBatch<T> Own, int First, long Least)[] parts =
                [.. new[] { 0, cut }.Select((first, shard) => (shards.Shard(shard), first, LeastOfShard(batch, shards.Shard(shard).Classes)))];
            SoftmaxState<T>[][] states = [.. parts.Select(part => Forward(part.Own, part.First, part.Least))];
            SoftmaxState<T>[] merged = states.Aggregate(ShardedLayer<T>.Merged);
            LayerOutcome<T>[] outcomes = [.. parts.Select(part => Backward(part.Own, part.First, part.Least))];
            LayerComparison.CompareShards(batch, ShardedLayer<T>.Joined(outcomes));
            foreach ((LayerBatch<T> own, int first, long least) in parts)
            {
                Refuses(least, limit => Forward(own, first, limit));
                Refuses(least, limit => Backward(own, first, limit));
            }

            SoftmaxState<T>[] Forward(LayerBatch<T> own, int first, long limit)
            {
                var found = new SoftmaxState<T>[rows];
                LinearCrossEntropy.ShardForward(own.Layer(), batch.Labeled(), first, classes, found, batch.Options with { MaxWorkspaceBytes = limit });
                return found;
            }

            LayerOutcome<T> Backward(LayerBatch<T> own, int first, long limit)
            {
                LayerOutcome<T> outcome = own.Outcome(0);
                CrossEntropyOptions limited = batch.Options with { MaxWorkspaceBytes = limit };
                return outcome with
                {
                    Result = LinearCrossEntropy.ShardBackward(own.Layer(), batch.Labeled(), first, classes, merged, outcome.Gradients(), limited),
                };
            }
        }
    }

    /// <summary>Class indices of rows that all count, which shards take too. Logits are of a size that neither a cap nor exp takes to the end of the range of float.</summary>
    private static IEnumerable<LayerBatch<T>> Batches(int rows, int features, int classes)
    {
        for (int seed = 0; seed < Seeds; seed++)
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

    private static LayerBatch<T> Limited(LayerBatch<T> batch, long limit) => batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } };

    private static long LeastFiltered(LayerBatch<T> batch, WorkspaceUse use) => Least(limit =>
        LinearCrossEntropy.WorkspaceBytes<T>(batch.Rows, batch.Features, batch.Classes, Limited(batch.Filtered(1 / 64.0, 1 / 64.0), limit).Options, use));

    private static long LeastOfShard(LayerBatch<T> batch, int classes) => Least(
        limit => LinearCrossEntropy.ShardWorkspaceBytes<T>(batch.Rows, batch.Features, classes, batch.Classes, Limited(batch, limit).Options));

    private static long Least(Action<long> bytes) => LeastWorkspace.Told(() => bytes(1), 1);

    private static void Refuses(long least, Action<long> call)
    {
        foreach (long limit in (long[])[1, least / 2, least - 1])
        {
            Assert.Equal(least, LeastWorkspace.Told(() => call(limit), limit));
        }
    }
}

public sealed class LeastWorkspaceCallsInFloat : LeastWorkspaceCalls<float>;

public sealed class LeastWorkspaceCallsInDouble : LeastWorkspaceCalls<double>;
