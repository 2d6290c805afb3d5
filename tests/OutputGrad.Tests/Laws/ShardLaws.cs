using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>A layer is its shards, wherever its classes are cut.</summary>
public class ShardLaws
{
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void ShardsAreTheLayer(LayerProblem problem, int seed)
    {
        CheckShards<double>(problem, seed);
        CheckShards<float>(problem, seed);
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void GradientsOfShardsAreSlopes(LayerProblem problem, int seed)
    {
        LayerOutcome<double> outcome = Evaluate<double>(problem, seed);
        switch (Chosen.Count(2, seed))
        {
            case 0:
                LayerSlopes.CheckHidden(problem, outcome.Hidden);
                break;
            case 1:
                LayerSlopes.CheckWeights(problem, outcome.Weights);
                break;
            default:
                LayerSlopes.CheckBias(problem, outcome.Bias);
                break;
        }
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void MergingCommutes(LayerProblem problem, int seed)
    {
        SoftmaxState<float>[][] states = States<float>(problem, seed);
        Assert.Equal(ShardedLayer<float>.Merged(states[0], states[^1]), ShardedLayer<float>.Merged(states[^1], states[0]));
    }

    /// <summary>Each of two merges rounds an exponential of 1 ulp, a product and a sum: 5 roundoffs, on either side.</summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void MergingAssociatesToRounding(LayerProblem problem, int seed)
    {
        SoftmaxState<double>[][] states = States<double>(problem, seed);
        SoftmaxState<double>[] first = states[0], second = states[states.Length / 2], third = states[^1];
        SoftmaxState<double>[] left = ShardedLayer<double>.Merged(ShardedLayer<double>.Merged(first, second), third);
        SoftmaxState<double>[] right = ShardedLayer<double>.Merged(first, ShardedLayer<double>.Merged(second, third));
        for (int row = 0; row < left.Length; row++)
        {
            Assert.Equal((left[row].Max, left[row].TargetLogit), (right[row].Max, right[row].TargetLogit));
            Near.Equal(
                left[row].SumOfOthers, right[row].SumOfOthers, 20 * Near.Roundoff<double>() * left[row].SumOfOthers, "sum of others");
        }
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void NoClassesAreTheIdentityOfMerging(LayerProblem problem, int seed)
    {
        SoftmaxState<float> none = new(float.NegativeInfinity, 0, float.NegativeInfinity);
        Assert.All(States<float>(problem, seed).SelectMany(states => states), state =>
        {
            Assert.Equal(state, SoftmaxState<float>.Merge(state, none));
            Assert.Equal(state, SoftmaxState<float>.Merge(none, state));
        });
    }

    private static SoftmaxState<T>[][] States<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new ShardedLayer<T>(problem.ToBatch<T>(), Chosen.Cuts(problem.Labels.Classes, seed)).Forward();

    private static void CheckShards<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> whole = problem.Evaluate<T>(), sharded = Evaluate<T>(problem, seed);
        Agreement.Within(problem, whole, sharded);
        Assert.Equal((whole.Result.Rows, whole.Result.Correct), (sharded.Result.Rows, sharded.Result.Correct));
    }

    private static LayerOutcome<T> Evaluate<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new ShardedLayer<T>(problem.ToBatch<T>(), Chosen.Cuts(problem.Labels.Classes, seed)).Run();
}
