using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>
/// Rows picked by <see cref="LabeledBatch{T}.RowIndices"/> have the bits of the same rows copied out of the set, in every way of working
/// and with every option: the set is smaller than the batch, so that rows come more than once, or larger, or the batch is the set
/// backwards.
/// </summary>
public abstract class RowsByIndex<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 6;

    /// <summary>So many that each of the dozen kinds of options comes by, with soft targets and without.</summary>
    private const int Varieties = 60;

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void GradientsHaveTheBitsOfTheCopiedRows(int rows, int classes, bool isTight)
    {
        for (int variety = 0; variety < Varieties; variety++)
        {
            bool accumulates = variety % 5 == 0;
            LayerBatch<T> batch = Batch(rows, classes, isTight, variety);
            batch = batch with { Options = batch.Options with { AccumulateGradients = accumulates } };

            Exactly.SameBits(batch.Copied().Run(before: .5), batch.Run(before: .5), Where(batch));
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void StepsHaveTheBitsOfTheCopiedRows(int rows, int classes, bool isTight)
    {
        for (int variety = 0; variety < Varieties; variety++)
        {
            LayerBatch<T> batch = Batch(rows, classes, isTight, variety);

            Exactly.SameBits(batch.Copied().Step(), batch.Step(), $"of a step, {Where(batch)}");
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void FiltersLeaveOutTheSame(int rows, int classes, bool isTight)
    {
        for (int variety = 0; variety < 3; variety++)
        {
            LayerBatch<T> batch = Batch(rows, classes, isTight, variety).Filtered(.7 / classes, 1.5 / classes);

            Exactly.SameBits(batch.Copied().Run(), batch.Run(), $"filtered, {Where(batch)}");
            Exactly.SameBits(batch.Copied().Step(), batch.Step(), $"of a filtered step, {Where(batch)}");
        }
    }

    /// <summary>States too, which have a row for each index.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void ShardsHaveTheBitsOfTheCopiedRows(int rows, int classes, bool isTight)
    {
        for (int variety = 0; variety < Varieties / 4; variety++)
        {
            LayerBatch<T> batch = Picked(
                random => random.IndexedLayer<T>(SetRows(rows, variety), classes, Features), rows, isTight, variety);
            int cut = 1 + (classes / 3);
            ShardedLayer<T> picked = new(batch, cut), copied = new(batch.Copied(), cut);
            SoftmaxState<T>[][] states = copied.Forward();

            Assert.Equal(states, picked.Forward());
            SoftmaxState<T>[] merged = states.Aggregate(ShardedLayer<T>.Merged);
            foreach ((LayerOutcome<T> expected, LayerOutcome<T> actual) in copied.Backward(merged).Zip(picked.Backward(merged)))
            {
                Exactly.SameBits(expected, actual, $"of a shard, {Where(batch)}");
            }
        }
    }

    /// <summary>By the oracle, which knows nothing of indices: a row that comes twice counts twice.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void RepeatedRowsCountEachTime(int rows)
    {
        for (int variety = 0; variety < Varieties; variety += 3)
        {
            LayerBatch<T> batch = Batch(rows, 17, isTight: false, variety);
            Assert.True(batch.RowIndices!.Distinct().Count() < rows);

            LayerComparison.Compare(batch.Copied(), batch.Run());
        }
    }

    private static string Where(LayerBatch<T> batch) =>
        $"rows {string.Join(' ', batch.RowIndices!.Take(9))} ... of {batch.Shape}, {batch.Options}";

    private static LayerBatch<T> Batch(int rows, int classes, bool isTight, int variety) =>
        Picked(random => random.Layer<T>(SetRows(rows, variety), classes, Features), rows, isTight, variety);

    private static int SetRows(int rows, int variety) => (variety % 3) switch
    {
        0 => (rows / 2) + 1,
        1 => (2 * rows) + 1,
        _ => rows,
    };

    private static LayerBatch<T> Picked(Func<RandomBatches, LayerBatch<T>> setOf, int rows, bool isTight, int variety)
    {
        RandomBatches random = new((rows * 64) + variety);
        LayerBatch<T> set = setOf(random);
        LayerBatch<T> batch = set with
        {
            RowIndices = set.Rows == rows ? [.. Enumerable.Range(0, rows).Reverse()] : random.RowIndices(rows, set.Rows),
            Options = set.Options with { MaxDegreeOfParallelism = 1 + (variety % 2) },
        };
        return isTight ? batch with { Options = batch.Copied().InLittleWorkspace().Options } : batch;
    }
}

public sealed class RowsByIndexInFloat : RowsByIndex<float>;

public sealed class RowsByIndexInDouble : RowsByIndex<double>;
