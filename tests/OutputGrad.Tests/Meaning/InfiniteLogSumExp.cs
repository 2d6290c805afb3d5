using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>
/// log sum exp of a row that holds +infinity and no NaN is +infinity, while its loss and residuals are NaN; with a NaN among the logits it
/// is NaN.
/// </summary>
public abstract class InfiniteLogSumExp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Classes = Ways.ManyClasses;
    private const double Infinity = double.PositiveInfinity;

    /// <summary>The ends of blocks of 512 classes and of vectors, the first class, the last, and where shards are cut.</summary>
    private static readonly int[] Places = [0, 1, 511, 512, 1_000, 1_023, 1_024, Classes / 2, Classes - 1];

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void OneInfiniteLogitAmongThreeMakesIt(Way way)
    {
        foreach (int target in (int[])[0, 1, 2])
        {
            Check(new() { Logits = Near.Rounded<T>(Infinity, 0, 1), Targets = [target] }, way, Infinity);
            Check(new() { Logits = Near.Rounded<T>(-2, 1, Infinity), Targets = [target] }, way, Infinity);
        }
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void WhereverItStands(Way way)
    {
        foreach (int place in Places)
        {
            Check(Problem([(place, Infinity)], targets: [place, 5, Classes - 1]), way, Infinity);
        }
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void SeveralMakeItTooAndMaskedClassesDoNotMatter(Way way)
    {
        Check(Problem([(1, Infinity), (2, Infinity)], targets: [1, 2, 3]), way, Infinity);
        Check(Problem([(0, Infinity), (700, Infinity), (Classes - 1, Infinity)], targets: [700, 5, 0]), way, Infinity);
        Check(Problem([(0, -Infinity), (700, Infinity), (Classes - 1, -Infinity)], targets: [700, 5, 0]), way, Infinity);
        Check(new() { Logits = Near.Rounded<T>([.. Enumerable.Repeat(Infinity, 5)]), Targets = [0, 4] }, way, Infinity);
        Check(new() { Logits = Near.Rounded<T>(-Infinity, Infinity, -Infinity), Targets = [1, 0] }, way, Infinity);
    }

    /// <summary>The target's class has a weight of 0, and smoothing gives the others theirs.</summary>
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void AtATargetWithoutWeightToo(Way way)
    {
        double[] weights = [.. Enumerable.Repeat(1.0, Classes)];
        weights[700] = 0;
        CrossEntropyOptions options = new() { Reduction = Reduction.Sum, LabelSmoothing = .1, ClassWeights = weights };
        Check(Problem([(700, Infinity)], targets: [700]) with { Options = options }, way, Infinity);
        Check(Problem([(3, -Infinity), (700, Infinity)], targets: [700]) with { Options = options }, way, Infinity);
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void ANaNAnywhereMakesItNaN(Way way)
    {
        foreach (int place in Places)
        {
            Check(Problem([(place, double.NaN)], targets: [place, 5]), way, double.NaN);
            Check(Problem([(place, double.NaN), (700, Infinity)], targets: [place, 700, 5]), way, double.NaN);
            Check(Problem([(place, double.NaN), (1_400, -Infinity)], targets: [place, 1_400, 5]), way, double.NaN);
        }
    }

    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void SoInEveryLoss(Way way)
    {
        T[] soft = new T[Classes];
        (soft[3], soft[700]) = (T.CreateChecked(.25), T.CreateChecked(.75));
        SharedLogits<T> problem = Problem([(700, Infinity)], targets: [700, 5]);

        Check(problem with { Targets = null, SoftTarget = soft }, way, Infinity);
        Check(problem with { Options = new() { LabelSmoothing = .125 } }, way, Infinity);
        Check(problem with { Options = new() { ZLoss = 1e-3 } }, way, Infinity);
        Check(problem with { Options = new() { LogitScale = .5 } }, way, Infinity);
        Check(problem with { Options = new() { ClassWeights = Enumerable.Repeat(.5, Classes).ToArray() } }, way, Infinity);
    }

    /// <summary>As another process puts it together from the numbers that it is sent.</summary>
    [Fact]
    public void AStateOfThreeNumbersSaysItToo()
    {
        foreach (T sum in (T[])[T.Zero, T.One, T.NaN])
        {
            foreach (T target in (T[])[T.NegativeInfinity, T.One, T.PositiveInfinity])
            {
                SoftmaxState<T> state = new(T.PositiveInfinity, sum, target), finite = new(T.One, T.One, T.NegativeInfinity);
                SoftmaxState<T> another = new(T.PositiveInfinity, T.NaN, T.NegativeInfinity);

                Assert.Equal(T.PositiveInfinity, state.LogSumExp);
                Assert.Equal(T.PositiveInfinity, SoftmaxState<T>.Merge(state, finite).LogSumExp);
                Assert.Equal(T.PositiveInfinity, SoftmaxState<T>.Merge(finite, state).LogSumExp);
                Assert.Equal(T.PositiveInfinity, SoftmaxState<T>.Merge(state, another).LogSumExp);
                Assert.Equal(T.PositiveInfinity, SoftmaxState<T>.Merge(SoftmaxState<T>.Empty, state).LogSumExp);
                Assert.True(T.IsNaN(SoftmaxState<T>.Merge(state, new(T.NaN, T.NaN, T.NegativeInfinity)).LogSumExp));
                Assert.True(T.IsNaN(SoftmaxState<T>.Merge(new(T.NaN, T.One, T.NegativeInfinity), state).LogSumExp));
            }
        }
    }

    private static void Check(SharedLogits<T> problem, Way way, double expected)
    {
        SharedOutcome<T> outcome = problem.Run(way);

        Assert.All(outcome.Rows.LogSumExp, lse => Assert.Equal(expected, double.CreateChecked(lse)));
        Assert.Equal(double.NaN, outcome.Result.Loss);
        Assert.All(outcome.Rows.Losses, loss => Assert.True(T.IsNaN(loss)));
        Assert.All(outcome.First, g => Assert.True(T.IsNaN(g)));
        Assert.All(outcome.Last, g => Assert.True(T.IsNaN(g)));
    }

    /// <summary>Logits between -2 and 2 but for those that are named.</summary>
    private static SharedLogits<T> Problem((int Class, double Logit)[] odd, int[] targets)
    {
        T[] logits = new RandomBatches(9).Grid<T>(Classes, .125, 2);
        foreach ((int place, double logit) in odd)
        {
            logits[place] = T.CreateChecked(logit);
        }

        return new() { Logits = logits, Targets = targets, Cuts = [512, 1_000, Classes / 2] };
    }
}

public sealed class InfiniteLogSumExpInFloat : InfiniteLogSumExp<float>;

public sealed class InfiniteLogSumExpInDouble : InfiniteLogSumExp<double>;
