using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Optimizers;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>What holds of optimizers for any factors and numbers.</summary>
public class OptimizerLaws
{
    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void StepsFollowThePublishedFormulas(UpdateProblem problem)
    {
        CheckFormulas<double>(problem);
        CheckFormulas<float>(problem);
    }

    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void CuttingIntoBlocksChangesNoBit(UpdateProblem problem, int seed)
    {
        int[] cuts = [.. Chosen.Permutation(problem.Weights.Length, seed).Take(4).Order()];
        CheckSame<double>(Run<double>(problem), Run<double>(problem, cuts));
        CheckSame<float>(Run<float>(problem), Run<float>(problem, cuts));
    }

    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void PermutingParametersPermutesTheirResultsBitForBit(UpdateProblem problem, int seed)
    {
        int[] order = Chosen.Permutation(problem.Weights.Length, seed);
        CheckSame(Taken(Run<double>(problem), order), Run<double>(problem.Take(order)));
        CheckSame(Taken(Run<float>(problem), order), Run<float>(problem.Take(order)));
    }

    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void MomentumOfNothingIsPlainDescent(UpdateProblem problem)
    {
        if (problem.Optimizer is SgdOptimizer sgd)
        {
            UpdateProblem other = problem with { Optimizer = new MomentumOptimizer(sgd.Rate, 0, sgd.Decay, LooksAhead: false) };
            Exactly.SameBits(Run<double>(problem).Weights, Run<double>(other).Weights, "weights");
            Exactly.SameBits(Run<float>(problem).Weights, Run<float>(other).Weights, "weights");
        }
    }

    /// <summary>With powers of 2 nothing rounds on the way from one to the other.</summary>
    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void AGradientFourTimesAsLargeNeedsAQuarterOfTheRateAndNoOtherInAdamW(UpdateProblem problem)
    {
        UpdateProblem scaled = problem with { Gradients = Array.ConvertAll(problem.Gradients, gradient => Matrix.Scaled(gradient, 4)) };
        (Optimizer one, Optimizer other) = problem.Optimizer switch
        {
            SgdOptimizer sgd => (sgd with { Decay = 0 }, sgd with { Decay = 0, Rate = sgd.Rate / 4 }),
            MomentumOptimizer momentum => (momentum with { Decay = 0 }, momentum with { Decay = 0, Rate = momentum.Rate / 4 }),
            AdamWOptimizer adamW => ((Optimizer)(adamW with { Epsilon = 0 }), (Optimizer)(adamW with { Epsilon = 0 })),
            _ => throw new NotSupportedException(),
        };
        Exactly.SameBits(
            Run<double>(problem with { Optimizer = one }).Weights, Run<double>(scaled with { Optimizer = other }).Weights, "weights");
        Exactly.SameBits(
            Run<float>(problem with { Optimizer = one }).Weights, Run<float>(scaled with { Optimizer = other }).Weights, "weights");
    }

    private static void CheckFormulas<T>(UpdateProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = Near.Rounded<T>(problem.Weights);
        T[][] gradients = Array.ConvertAll(problem.Gradients, Near.Rounded<T>);
        Run<T>(problem).IsNear(OptimizerRun<T>.Published(problem.Optimizer, weights, gradients), "the run");
    }

    private static void CheckSame<T>(OptimizerRun<T> expected, OptimizerRun<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => actual.HasBitsOf(expected, "the run");

    private static OptimizerRun<T> Run<T>(UpdateProblem problem, params int[] cuts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => OptimizerRun<T>.Of(
            problem.Optimizer, Near.Rounded<T>(problem.Weights), Array.ConvertAll(problem.Gradients, Near.Rounded<T>), cuts);

    private static OptimizerRun<T> Taken<T>(OptimizerRun<T> run, int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Matrix.TakeRows(run.Weights, 1, order), Matrix.TakeRows(run.First, 1, order), Matrix.TakeRows(run.Second, 1, order));
}
