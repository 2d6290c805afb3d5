using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>
/// A <see cref="SoftmaxState{T}"/> carries what rounding its sum took away, and which class is the largest, as long as nothing about it is
/// changed. One whose numbers are others is the state of those three numbers and nothing else.
/// </summary>
public abstract class ShardStateNumbers<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SoftmaxState<T> None = SoftmaxState<T>.Empty;

    [Fact]
    public void ASumThatIsSetIsTheSum()
    {
        foreach (SoftmaxState<T> state in States())
        {
            foreach (T sum in (T[])[T.Zero, T.One, state.SumOfOthers + T.One, T.BitIncrement(state.SumOfOthers)])
            {
                SoftmaxState<T> changed = state with { SumOfOthers = sum };

                Assert.Equal(sum, SoftmaxState<T>.Merge(changed, None).SumOfOthers);
                Assert.Equal(sum, SoftmaxState<T>.Merge(None, changed).SumOfOthers);
                IsOfItsNumbersAlone(changed);
            }
        }
    }

    [Fact]
    public void NorDoesAnotherMaximumOrTargetKeepARest()
    {
        foreach (SoftmaxState<T> state in States())
        {
            IsOfItsNumbersAlone(state with { Max = state.Max + T.One });
            IsOfItsNumbersAlone(state with { Max = state.Max - T.One });
            IsOfItsNumbersAlone(state with { TargetLogit = state.TargetLogit - T.One });
            IsOfItsNumbersAlone(state with { TargetLogit = state.Max });
            IsOfItsNumbersAlone(state with { Max = T.One, SumOfOthers = T.One, TargetLogit = T.Zero });
        }
    }

    [Fact]
    public void ThreeNumbersPutTogetherHaveNoRest()
    {
        foreach (SoftmaxState<T> state in States())
        {
            (T max, T sum, T target) = state;

            IsOfItsNumbersAlone(new(max, sum, target));
        }
    }

    /// <summary>Whatever else they carry, and as it is said of records: a NaN equals itself.</summary>
    [Fact]
    public void StatesOfThreeEqualNumbersAreEqual()
    {
        SoftmaxState<T> state = new(T.One, T.One, T.One);
        foreach (T other in (T[])[T.Zero, T.BitIncrement(T.One), T.NaN])
        {
            Assert.NotEqual(state, state with { Max = other });
            Assert.NotEqual(state, state with { SumOfOthers = other });
            Assert.NotEqual(state, state with { TargetLogit = other });
            Assert.Equal(new(other, other, other), new SoftmaxState<T>(other, other, other));
        }

        Assert.All(States(), one => Assert.Equal(new(one.Max, one.SumOfOthers, one.TargetLogit), one));
    }

    [Fact]
    public void ACopyKeepsTheRest()
    {
        foreach (SoftmaxState<T> state in States())
        {
            SoftmaxState<T> copy = state with { };

            Assert.NotEqual(T.Zero, Rest(state));
            Assert.Equal(Rest(state), Rest(copy));
            foreach (SoftmaxState<T> other in States())
            {
                AreSame(SoftmaxState<T>.Merge(state, other), SoftmaxState<T>.Merge(copy, other));
                AreSame(SoftmaxState<T>.Merge(other, state), SoftmaxState<T>.Merge(other, copy));
            }
        }
    }

    /// <summary>
    /// Which class is the largest shows in the count of correct rows: of a state of three numbers a row is correct where the target's logit
    /// is the largest.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void NorDoesAChangedStateKeepItsLargestClass(int rows)
    {
        // the target, class 1, is below class 0 here, and equal to it there
        SoftmaxState<T>[] below = Forward(rows, 1, .5), equal = Forward(rows, 1, 1);

        Assert.Equal(0, Correct(rows, below));
        Assert.Equal(0, Correct(rows, equal));
        Assert.Equal(0, Correct(rows, [.. equal.Select(state => state with { })]));
        Assert.Equal(rows, Correct(rows, [.. equal.Select(state => new SoftmaxState<T>(state.Max, state.SumOfOthers, state.TargetLogit))]));
        Assert.Equal(rows, Correct(rows, [.. below.Select(state => state with { TargetLogit = state.Max })]));
        Assert.Equal(rows, Correct(rows, [.. below.Select(state => state with { Max = state.TargetLogit })]));
        Assert.Equal(rows, Correct(rows, [.. equal.Select(state => state with { SumOfOthers = T.CreateChecked(2) })]));
    }

    /// <summary>What a sum has beyond its rounding: what is left when that is taken away.</summary>
    private static T Rest(SoftmaxState<T> state) =>
        SoftmaxState<T>.Merge(state, new(state.Max, -state.SumOfOthers, T.NegativeInfinity)).SumOfOthers;

    private static void IsOfItsNumbersAlone(SoftmaxState<T> state)
    {
        SoftmaxState<T> rebuilt = new(state.Max, state.SumOfOthers, state.TargetLogit);

        Assert.Equal(T.Zero, Rest(state));
        foreach (SoftmaxState<T> other in States())
        {
            AreSame(SoftmaxState<T>.Merge(rebuilt, other), SoftmaxState<T>.Merge(state, other));
            AreSame(SoftmaxState<T>.Merge(other, rebuilt), SoftmaxState<T>.Merge(other, state));
            Assert.Equal(Rest(SoftmaxState<T>.Merge(rebuilt, other)), Rest(SoftmaxState<T>.Merge(state, other)));
        }
    }

    private static void AreSame(SoftmaxState<T> expected, SoftmaxState<T> actual) => Exactly.SameBits<T>(
        [expected.Max, expected.SumOfOthers, expected.TargetLogit, expected.LogSumExp, Rest(expected)],
        [actual.Max, actual.SumOfOthers, actual.TargetLogit, actual.LogSumExp, Rest(actual)],
        "merged state");

    /// <summary>States of layers and of merges, which have rests.</summary>
    private static SoftmaxState<T>[] States()
    {
        LayerBatch<T> batch = new()
        {
            Features = 5,
            Hidden = new RandomBatches(1).Anywhere<T>(15, 1),
            Weights = new RandomBatches(2).Anywhere<T>(5 * 1_400, 1),
            Targets = [0, 5, 1_399],
        };
        SoftmaxState<T>[][] shards = new ShardedLayer<T>(batch, 600, 700).Forward();
        SoftmaxState<T>[] all = [.. shards.Aggregate(ShardedLayer<T>.Merged), .. shards[0], .. shards[2]];
        return [.. all.Where(state => Rest(state) != T.Zero && T.IsFinite(state.TargetLogit))];
    }

    /// <summary>Both classes' logits from the bias, in a shard each, the target the second.</summary>
    private static LayerBatch<T> TwoClasses(int rows, double first, double second) => new()
    {
        Features = 1,
        Hidden = new T[rows],
        Weights = new T[2],
        Bias = Near.Rounded<T>(first, second),
        Targets = [.. Enumerable.Repeat(1, rows)],
    };

    private static SoftmaxState<T>[] Forward(int rows, double first, double second) =>
        new ShardedLayer<T>(TwoClasses(rows, first, second), 1).Forward().Aggregate(ShardedLayer<T>.Merged);

    private static int Correct(int rows, SoftmaxState<T>[] merged) =>
        ShardedLayer<T>.Joined(new ShardedLayer<T>(TwoClasses(rows, 0, 0), 1).Backward(merged)).Result.Correct;
}

public sealed class ShardStateNumbersInFloat : ShardStateNumbers<float>;

public sealed class ShardStateNumbersInDouble : ShardStateNumbers<double>;
