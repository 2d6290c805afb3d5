using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Optimisers;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>What holds of optimisers for any factors and numbers.</summary>
public class OptimiserLaws
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
        if (problem.Optimiser is SgdOptimiser sgd)
        {
            UpdateProblem other = problem with { Optimiser = new MomentumOptimiser(sgd.Rate, 0, sgd.Decay, LooksAhead: false) };
            Exactly.SameBits(Run<double>(problem).Weights, Run<double>(other).Weights, "weights");
            Exactly.SameBits(Run<float>(problem).Weights, Run<float>(other).Weights, "weights");
        }
    }

    /// <summary>With powers of 2 nothing rounds on the way from one to the other.</summary>
    [Law(Arbitrary = [typeof(UpdateProblems)])]
    public void AGradientFourTimesAsLargeNeedsAQuarterOfTheRateAndNoOtherInAdamW(UpdateProblem problem)
    {
        UpdateProblem scaled = problem with { Gradients = Array.ConvertAll(problem.Gradients, gradient => Matrix.Scaled(gradient, 4)) };
        (Optimiser one, Optimiser other) = problem.Optimiser switch
        {
            SgdOptimiser sgd => (sgd with { Decay = 0 }, sgd with { Decay = 0, Rate = sgd.Rate / 4 }),
            MomentumOptimiser momentum => (momentum with { Decay = 0 }, momentum with { Decay = 0, Rate = momentum.Rate / 4 }),
            AdamWOptimiser adamW => ((Optimiser)(adamW with { Epsilon = 0 }), (Optimiser)(adamW with { Epsilon = 0 })),
            _ => throw new NotSupportedException(),
        };
        Exactly.SameBits(Run<double>(problem with { Optimiser = one }).Weights, Run<double>(scaled with { Optimiser = other }).Weights, "weights");
        Exactly.SameBits(Run<float>(problem with { Optimiser = one }).Weights, Run<float>(scaled with { Optimiser = other }).Weights, "weights");
    }

    private static void CheckFormulas<T>(UpdateProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = Near.Rounded<T>(problem.Weights);
        T[][] gradients = Array.ConvertAll(problem.Gradients, Near.Rounded<T>);
        Run<T>(problem).IsNear(OptimiserRun<T>.Published(problem.Optimiser, weights, gradients), "the run");
    }

    private static void CheckSame<T>(OptimiserRun<T> expected, OptimiserRun<T> actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => actual.HasBitsOf(expected, "the run");

    private static OptimiserRun<T> Run<T>(UpdateProblem problem, params int[] cuts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => OptimiserRun<T>.Of(
            problem.Optimiser, Near.Rounded<T>(problem.Weights), Array.ConvertAll(problem.Gradients, Near.Rounded<T>), cuts);

    private static OptimiserRun<T> Taken<T>(OptimiserRun<T> run, int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(Matrix.TakeRows(run.Weights, 1, order), Matrix.TakeRows(run.First, 1, order), Matrix.TakeRows(run.Second, 1, order));
}
