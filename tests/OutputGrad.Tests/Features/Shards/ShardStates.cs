using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>What a shard says of each row, and what merging does to it.</summary>
public abstract class ShardStates<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double U = Near.Roundoff<T>();

    /// <summary>
    /// The maximum and the target's logit are numbers of type T and exact but for scale and softcap; the sum is within
    /// <see cref="ErrorBounds{T}.Roundoffs"/> and the logarithm of its terms, as everywhere.
    /// </summary>
    [Fact]
    public void AStateIsTheSoftmaxOfItsClasses()
    {
        for (int variety = 0; variety < 40; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(variety).IndexedLayer<T>(1 + (variety % 12), 30 + (40 * variety), 6);
            int[] cuts = [1, 9, 20];
            SoftmaxState<T>[][] states = new ShardedLayer<T>(batch, cuts).Forward();
            CrossEntropyOracle oracle = batch.Oracle();
            for (int shard = 0; shard <= cuts.Length; shard++)
            {
                (int first, int end) = (shard == 0 ? 0 : cuts[shard - 1], shard == cuts.Length ? batch.Classes : cuts[shard]);
                Assert.All(Enumerable.Range(0, batch.Rows), n => Check(oracle, n, batch.Targets![n], (first, end), states[shard][n]));
            }
        }
    }

    [Fact]
    public void MergedStatesHaveTheLogSumExpOfTheLayer()
    {
        for (int variety = 0; variety < 20; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(variety).IndexedLayer<T>(1 + (variety % 12), 200, 6);
            CrossEntropyOracle oracle = batch.Oracle();
            ErrorBounds<T> bounds = new(oracle);
            SoftmaxState<T>[] merged = new ShardedLayer<T>(batch, 13, 77, 160).Forward().Aggregate(ShardedLayer<T>.Merged);

            Assert.All(
                Enumerable.Range(0, batch.Rows).Where(n => oracle.Details[n] is not null),
                n => Near.Equal(oracle.Details[n]!.LogSumExp, merged[n].LogSumExp, bounds.LogSumExp(n), $"log sum exp of row {n}"));
        }
    }

    [Fact]
    public void NoClassesAreTheIdentity()
    {
        SoftmaxState<T> none = new(T.NegativeInfinity, T.Zero, T.NegativeInfinity);

        Assert.Equal(none, SoftmaxState<T>.Merge(none, none));
        Assert.Equal(T.NegativeInfinity, none.LogSumExp);
        SoftmaxState<T>[] states = [State(1, 2, .5), State(-3e38, 0, -3e38), State(3e38, 4, double.NegativeInfinity)];
        foreach (SoftmaxState<T> state in states)
        {
            Assert.Equal(state, SoftmaxState<T>.Merge(state, none));
            Assert.Equal(state, SoftmaxState<T>.Merge(none, state));
            Assert.Equal(state.LogSumExp, SoftmaxState<T>.Merge(none, state).LogSumExp);
        }
    }

    [Fact]
    public void MergingKeepsTheLargerMaximumAndWeighsTheSums()
    {
        SoftmaxState<T> merged = SoftmaxState<T>.Merge(State(3, 2.5, double.NegativeInfinity), State(1, 4, .5));

        Assert.Equal((3, .5), (double.CreateChecked(merged.Max), double.CreateChecked(merged.TargetLogit)));
        Near.Equal(2.5 + (4 * Math.Exp(-2)), merged.SumOfOthers, 4 * U * 3.1, "sum of others");
        Near.Equal(3 + Math.Log(2.5 + (4 * Math.Exp(-2)) + Math.Exp(-2.5)), merged.LogSumExp, 8 * U * 5, "log sum exp");
    }

    /// <summary>
    /// A difference beyond the type, and one beyond the exponential: the smaller is nothing beside the larger, and no NaN appears.
    /// </summary>
    [Theory]
    [InlineData(3e38, -3e38)]
    [InlineData(1e8, 0)]
    [InlineData(0, -2000)]
    public void FarApartTheLargerIsAllThereIs(double large, double small)
    {
        SoftmaxState<T> far = State(large, 2, double.NegativeInfinity), near = State(small, 7, small);

        foreach (SoftmaxState<T> merged in (SoftmaxState<T>[])[SoftmaxState<T>.Merge(far, near), SoftmaxState<T>.Merge(near, far)])
        {
            Assert.Equal(State(large, 2, small), merged);
            Near.Equal(large + Math.Log(2), merged.LogSumExp, 2 * U * (Math.Abs(large) + 1), "log sum exp");
        }
    }

    [Fact]
    public void EqualMaximaAddUp()
    {
        foreach (double max in (double[])[-3e38, -7, 0, 1e8, 3e38])
        {
            SoftmaxState<T> merged = SoftmaxState<T>.Merge(State(max, 1.5, max), State(max, 2, double.NegativeInfinity));

            Assert.Equal(State(max, 3.5, max), merged);
        }
    }

    [Fact]
    public void NaNOnEitherSideIsNaN()
    {
        SoftmaxState<T> poisoned = State(double.NaN, double.NaN, 1), clean = State(1, 2, double.NegativeInfinity);

        SoftmaxState<T>[] both = [SoftmaxState<T>.Merge(poisoned, clean), SoftmaxState<T>.Merge(clean, poisoned)];
        foreach (SoftmaxState<T> merged in both)
        {
            Assert.True(T.IsNaN(merged.Max) || T.IsNaN(merged.SumOfOthers));
            Assert.True(T.IsNaN(merged.LogSumExp));
        }
    }

    private static void Check(CrossEntropyOracle oracle, int n, int target, (int First, int End) classes, SoftmaxState<T> state)
    {
        if (oracle.Details[n] is not { } row)
        {
            Assert.Equal(new SoftmaxState<T>(T.NegativeInfinity, T.Zero, T.NegativeInfinity), state);
            return;
        }

        bool isHere = target >= classes.First && target < classes.End;
        double[] logits = row.Logits[classes.First..classes.End];
        double perLogit = (double.IsPow2(oracle.Options.LogitScale) ? 0 : 2) + (oracle.Options.LogitSoftcap > 0 ? 6 : 0);
        double ofLogit = U * perLogit * row.LargestLogit;
        double max = logits.Max();
        CompensatedSum others = default;
        foreach (double z in logits.Where((_, j) => classes.First + j != target))
        {
            others.Add(Math.Exp(z - max));
        }

        double units = ErrorBounds<T>.Roundoffs + Math.Log2(logits.Length);
        Near.Equal(max, state.Max, ofLogit, $"maximum of row {n}");
        Near.Equal(isHere ? row.Logits[target] : double.NegativeInfinity, state.TargetLogit, ofLogit, $"target's logit of row {n}");
        Near.Equal(others.Value, state.SumOfOthers, ((units * U) + (2 * ofLogit)) * others.Value, $"sum of others of row {n}");
    }

    private static SoftmaxState<T> State(double max, double sum, double target) =>
        new(T.CreateChecked(max), T.CreateChecked(sum), T.CreateChecked(target));
}

public sealed class ShardStatesInFloat : ShardStates<float>;

public sealed class ShardStatesInDouble : ShardStates<double>;
