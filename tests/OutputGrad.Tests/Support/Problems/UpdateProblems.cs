using FsCheck;
using FsCheck.Fluent;
using OutputGrad.Tests.Support.Optimizers;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>How steps of optimizers are drawn at random: any of them, with any factors, numbers that are multiples of 1/64.</summary>
public static class UpdateProblems
{
    private const int MostParameters = 70;
    private const int MostSteps = 4;

    public static Arbitrary<UpdateProblem> Any() => Arb.From(Draw(), Simpler.Than);

    private static Gen<UpdateProblem> Draw() =>
        from optimizer in Gen.OneOf(DrawSgd(), DrawMomentum(), DrawAdamW())
        from length in Gen.Choose(0, MostParameters)
        from steps in Gen.Choose(1, MostSteps)
        from weights in DrawNumbers(length)
        from gradients in DrawNumbers(length).ArrayOf(steps)
        select new UpdateProblem(optimizer, weights, gradients);

    private static Gen<Optimizer> DrawSgd() =>
        from rate in DrawRate()
        from decay in DrawDecay()
        select (Optimizer)new SgdOptimizer(rate, decay);

    private static Gen<Optimizer> DrawMomentum() =>
        from rate in DrawRate()
        from share in DrawShare()
        from decay in DrawDecay()
        from looksAhead in Gen.Elements(false, true)
        select (Optimizer)new MomentumOptimizer(rate, share, decay, looksAhead && share > 0);

    private static Gen<Optimizer> DrawAdamW() =>
        from rate in DrawRate()
        from beta1 in DrawShare()
        from beta2 in DrawShare()
        from epsilon in Gen.Elements(1e-8, 1e-3, 1)
        from decay in DrawDecay()
        select (Optimizer)new AdamWOptimizer(rate, beta1, beta2, epsilon, decay);

    private static Gen<double> DrawRate() => Gen.Elements(0, 1e-3, .1, .75, 1);

    private static Gen<double> DrawDecay() => Gen.Elements(0, 0, .01, .3, 1);

    private static Gen<double> DrawShare() => Gen.Elements(0, .25, .5, .9, .999, .999999);

    private static Gen<double[]> DrawNumbers(int length) => Gen.Choose(-192, 192).Select(number => number / 64.0).ArrayOf(length);
}
