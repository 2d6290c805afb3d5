using System.Globalization;
using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Optimizers;
using Xunit;

namespace OutputGrad.Tests.Features.Optimizers;

/// <summary>Steps whose results are known from elsewhere, parameter by parameter.</summary>
public abstract class PublishedSequences<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double[] Start = [1, -2, .5, 0];
    private static readonly double[][] Gradients = [[.5, -1, .25, 2], [-.25, -.5, .75, -2], [1, .125, -.5, 1], [.375, 2, -1.5, .5]];

    /// <summary>By hand: with factors that are powers of 1/2 nothing rounds in three steps, so every bit counts.</summary>
    private static readonly (Optimizer Optimizer, string Steps)[] ByHand =
    [
        (
            // w - (g + w / 2) / 4 = 7/8 w - g / 4
            new SgdOptimizer(.25, .5),
            ".75 -1.5 .375 -.5 / .71875 -1.1875 .140625 .0625 / .37890625 -1.0703125 .248046875 -.1953125"),
        (
            // v = v / 2 + g + w / 8, w - v / 4
            new MomentumOptimizer(.25, .5, .125, LooksAhead: false),
            ".84375 -1.6875 .421875 -.5 / .8017578125 -1.353515625 .18212890625 -.234375 / "
                + ".505706787109375 -1.17547607421875 .1815643310546875 -.34423828125"),
        (
            // v = v / 2 + g + w / 8, w - (g + w / 8 + v / 2) / 4
            new MomentumOptimizer(.25, .5, .125, LooksAhead: true),
            ".765625 -1.53125 .3828125 -.75 / .784423828125 -1.19384765625 .0640869140625 -.08984375 / "
                + ".36276626586914062 -1.1024856567382812 .18895149230957031 -.39227294921875"),
        (
            // that remember nothing and decay by an eighth: 7/8 w - sign(g) / 4
            new AdamWOptimizer(.25, 0, 0, 0, .5),
            ".625 -1.5 .1875 -.25 / .796875 -1.0625 -.0859375 .03125 / .447265625 -1.1796875 .1748046875 -.22265625"),
    ];

    /// <summary>What libtorch 2.10 gives in double, printed to the last digit.</summary>
    private static readonly (Optimizer Optimizer, string Steps)[] FromLibtorch =
    [
        (
            new SgdOptimizer(.1, .05),
            ".945 -1.89 .4725 -.2 / .965275 -1.83055 .3951375 .0009999999999999788 / "
                + ".860448625 -1.83389725 .4431618125 -.09900500000000004 / "
                + ".8186463818749999 -2.02472776375 .5909460034374999 -.14850997500000004"),
        (
            new MomentumOptimizer(.1, .9, .05, LooksAhead: false),
            ".945 -1.89 .4725 -.2 / .9157749999999999 -1.73155 .3703875 -.17900000000000005 / "
                + ".7848936249999999 -1.59278725 .32663431249999997 -.2592050000000001 / "
                + ".6256759193749999 -1.65993683875 .43562327218749997 -.3800934750000001"),
        (
            new MomentumOptimizer(.1, .9, .05, LooksAhead: true),
            ".8955 -1.791 .44775 -.38 / .88994275 -1.5898854999999998 .278721375 -.15838999999999995 / "
                + ".668016518875 -1.4705880377499998 .2884626344375 -.329146295 / "
                + ".48469149630818753 -1.7251542201163748 .5357436190915937 -.4854128256975"),
        (
            new AdamWOptimizer(.1, .9, .999, 1e-8, .01),
            ".899000002 -1.898000001 .39950000399999985 -.0999999995 / "
                + ".8714672987058463 -1.802884038297161 .3073223937394184 -.09463684163207899 / "
                + ".804784672376384 -1.7365746218611733 .2812246913136412 -.11201475810872445 / "
                + ".7346600407997906 -1.7596266945584622 .3190945769422643 -.1355845599976685"),
        (
            new AdamWOptimizer(.1, .3, .95, 1e-3, .2),
            ".8801996007984032 -1.8600999000999001 .39039840637450196 -.09995002498750626 / "
                + ".8821573494475679 -1.7445513207294339 .2704123612286549 -.04413178026371431 / "
                + ".7606964514065103 -1.696682358649436 .2984019785368671 -.06753621699274844 / "
                + ".6680222899708969 -1.7809764137161437 .414968314735069 -.09808088415486933"),
    ];

    [Fact]
    public void ThreeStepsByHandAreExact() => Assert.All(ByHand, sequence =>
    {
        double[][] steps = Parse(sequence.Steps);
        Assert.Equal(3, steps.Length);
        for (int count = 1; count <= steps.Length; count++)
        {
            T[] weights = OptimizerRun<T>.Of(sequence.Optimizer, Near.Rounded<T>(Start), First(count)).Weights;
            Assert.Equal(Near.Rounded<T>(steps[count - 1]), weights);
        }
    });

    /// <summary>Off by no more than the calculation may be in T, and libtorch's by as much in double.</summary>
    [Fact]
    public void FourStepsAreLibtorchs() => Assert.All(FromLibtorch, sequence =>
    {
        (Optimizer optimizer, double[][] steps) = (sequence.Optimizer, Parse(sequence.Steps));
        Assert.Equal(4, steps.Length);
        T[] start = Near.Rounded<T>(Start);
        for (int count = 1; count <= steps.Length; count++)
        {
            T[] weights = OptimizerRun<T>.Of(optimizer, start, First(count)).Weights;
            Parameter[] published = OptimizerRun<T>.Published(optimizer, start, First(count));
            for (int i = 0; i < start.Length; i++)
            {
                Near.Equal(
                    steps[count - 1][i], weights[i], 2 * published[i].Weight.Error, $"weight {i} after {count} steps of {optimizer}");
            }
        }
    });

    private static T[][] First(int count) => [.. Gradients.Take(count).Select(Near.Rounded<T>)];

    private static double[][] Parse(string steps) =>
        [.. from step in steps.Split('/', StringSplitOptions.TrimEntries)
            select (double[])[.. from number in step.Split(' ') select double.Parse(number, CultureInfo.InvariantCulture)]];
}

public sealed class PublishedSequencesInFloat : PublishedSequences<float>;

public sealed class PublishedSequencesInDouble : PublishedSequences<double>;
