using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimisers;
using Xunit;

namespace OutputGrad.Tests.Features.Optimizers;

/// <summary>Blocks of every length against the published formulas, and cut in every way.</summary>
public abstract class OptimiserSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Longest = 70;
    private const int Steps = 3;

    private static readonly Optimiser[] Optimisers =
    [
        new SgdOptimiser(.1, 0),
        new SgdOptimiser(.3, .01),
        new MomentumOptimiser(.1, .9, 0, LooksAhead: false),
        new MomentumOptimiser(.1, .7, .02, LooksAhead: false),
        new MomentumOptimiser(.2, .95, .01, LooksAhead: true),
        new MomentumOptimiser(.2, 0, .01, LooksAhead: false),
        new AdamWOptimiser(.001, .9, .999, 1e-8, .01),
        new AdamWOptimiser(.1, .5, .9, 1e-4, 0),
        new AdamWOptimiser(.1, 0, .999999, 1e-8, .1),
        new AdamWOptimiser(.1, .999, 0, 1e-8, .1),
    ];

    [Fact]
    public void EveryLengthFollowsThePublishedFormulas() => Assert.All(Optimisers, optimiser =>
    {
        for (int length = 0; length <= Longest; length++)
        {
            (T[] weights, T[][] gradients) = Numbers(length);
            OptimiserRun<T>.Of(optimiser, weights, gradients)
                .IsNear(OptimiserRun<T>.Published(optimiser, weights, gradients), $"{length} of {optimiser}");
        }
    });

    /// <summary>Cut in two everywhere, and into single parameters, which no vector holds.</summary>
    [Fact]
    public void AnyCutIntoBlocksGivesTheSameBits() => Assert.All(Optimisers, optimiser =>
    {
        (T[] weights, T[][] gradients) = Numbers(Longest);
        OptimiserRun<T> whole = OptimiserRun<T>.Of(optimiser, weights, gradients);
        for (int cut = 0; cut <= Longest; cut++)
        {
            OptimiserRun<T>.Of(optimiser, weights, gradients, cut).HasBitsOf(whole, $"{optimiser} cut at {cut}");
        }

        OptimiserRun<T>.Of(optimiser, weights, gradients, [.. Enumerable.Range(1, Longest - 1)]).HasBitsOf(whole, $"{optimiser} one by one");
    });

    [Fact]
    public void WhatABlockLeavesOutStaysAsItWas() => Assert.All(Optimisers, optimiser =>
    {
        const int From = 5, To = 40;
        (T[] weights, T[][] gradients) = Numbers(Longest);
        T[] first = new RandomBatches(1).Anywhere<T>(Longest, 1), second = Array.ConvertAll(first, T.Abs);
        OptimiserRun<T> before = new([.. weights], [.. first], [.. second]), after = new(weights, first, second);

        optimiser.Make<T>(first, second, 1).Update(weights.AsSpan(From..To), gradients[0].AsSpan(From..To), From);

        Assert.NotEqual(before.Weights[From..To], weights[From..To]);
        Outside(after).HasBitsOf(Outside(before), $"{optimiser}");

        static OptimiserRun<T> Outside(OptimiserRun<T> run) => new(Ends(run.Weights), Ends(run.First), Ends(run.Second));

        static T[] Ends(T[] all) => [.. all[..From], .. all[To..]];
    });

    [Fact]
    public void AnUpdateAllocatesNothing() => Assert.All(Optimisers, optimiser =>
    {
        (T[] weights, T[][] gradients) = Numbers(Longest);
        T[] first = new T[Longest], second = new T[Longest];
        IWeightUpdate<T> update = optimiser.Make<T>(first, second, 1);
        update.Update(weights, gradients[0], 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        update.Update(weights, gradients[0], 0);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    });

    private static (T[] Weights, T[][] Gradients) Numbers(int length)
    {
        var random = new RandomBatches(length);
        return (random.Anywhere<T>(length, 2), [.. Enumerable.Range(0, Steps).Select(_ => random.Anywhere<T>(length, 1))]);
    }
}

public sealed class OptimiserStepsInFloat : OptimiserSteps<float>;

public sealed class OptimiserStepsInDouble : OptimiserSteps<double>;
