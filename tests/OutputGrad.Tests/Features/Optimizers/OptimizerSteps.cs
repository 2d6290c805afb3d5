using System.Numerics;
using OutputGrad.Tests.Memory;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;
using Xunit;

namespace OutputGrad.Tests.Features.Optimizers;

/// <summary>Blocks of every length against the published formulas, and cut in every way.</summary>
public abstract class OptimizerSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Longest = 70;
    private const int Steps = 3;

    private static readonly Optimizer[] Optimizers =
    [
        new SgdOptimizer(.1, 0),
        new SgdOptimizer(.3, .01),
        new MomentumOptimizer(.1, .9, 0, LooksAhead: false),
        new MomentumOptimizer(.1, .7, .02, LooksAhead: false),
        new MomentumOptimizer(.2, .95, .01, LooksAhead: true),
        new MomentumOptimizer(.2, 0, .01, LooksAhead: false),
        new AdamWOptimizer(.001, .9, .999, 1e-8, .01),
        new AdamWOptimizer(.1, .5, .9, 1e-4, 0),
        new AdamWOptimizer(.1, 0, .999999, 1e-8, .1),
        new AdamWOptimizer(.1, .999, 0, 1e-8, .1),
    ];

    [Fact]
    public void EveryLengthFollowsThePublishedFormulas() => Assert.All(Optimizers, optimizer =>
    {
        for (int length = 0; length <= Longest; length++)
        {
            (T[] weights, T[][] gradients) = Numbers(length);
            OptimizerRun<T>.Of(optimizer, weights, gradients)
                .IsNear(OptimizerRun<T>.Published(optimizer, weights, gradients), $"{length} of {optimizer}");
        }
    });

    /// <summary>Cut in two everywhere, and into single parameters, which no vector holds.</summary>
    [Fact]
    public void AnyCutIntoBlocksGivesTheSameBits() => Assert.All(Optimizers, optimizer =>
    {
        (T[] weights, T[][] gradients) = Numbers(Longest);
        OptimizerRun<T> whole = OptimizerRun<T>.Of(optimizer, weights, gradients);
        for (int cut = 0; cut <= Longest; cut++)
        {
            OptimizerRun<T>.Of(optimizer, weights, gradients, cut).HasBitsOf(whole, $"{optimizer} cut at {cut}");
        }

        OptimizerRun<T>.Of(optimizer, weights, gradients, [.. Enumerable.Range(1, Longest - 1)])
            .HasBitsOf(whole, $"{optimizer} one by one");
    });

    [Fact]
    public void WhatABlockLeavesOutStaysAsItWas() => Assert.All(Optimizers, optimizer =>
    {
        const int From = 5, To = 40;
        (T[] weights, T[][] gradients) = Numbers(Longest);
        T[] first = new RandomBatches(1).Anywhere<T>(Longest, 1), second = Array.ConvertAll(first, T.Abs);
        OptimizerRun<T> before = new([.. weights], [.. first], [.. second]), after = new(weights, first, second);

        optimizer.Make<T>(first, second, 1).Update(weights.AsSpan(From..To), gradients[0].AsSpan(From..To), From);

        Assert.NotEqual(before.Weights[From..To], weights[From..To]);
        Outside(after).HasBitsOf(Outside(before), $"{optimizer}");

        static OptimizerRun<T> Outside(OptimizerRun<T> run) => new(Ends(run.Weights), Ends(run.First), Ends(run.Second));

        static T[] Ends(T[] all) => [.. all[..From], .. all[To..]];
    });

    [Fact]
    public void AnUpdateAllocatesNothing() => Assert.All(Optimizers, optimizer =>
    {
        (T[] weights, T[][] gradients) = Numbers(Longest);
        T[] first = new T[Longest], second = new T[Longest];
        IWeightUpdate<T> update = optimizer.Make<T>(first, second, 1);
        Assert.Equal(0, LeastAllocation.OnThisThread(() => update.Update(weights, gradients[0], 0), hopedFor: 0));
    });

    private static (T[] Weights, T[][] Gradients) Numbers(int length)
    {
        RandomBatches random = new(length);
        return (random.Anywhere<T>(length, 2), [.. Enumerable.Range(0, Steps).Select(_ => random.Anywhere<T>(length, 1))]);
    }
}

public sealed class OptimizerStepsInFloat : OptimizerSteps<float>;

public sealed class OptimizerStepsInDouble : OptimizerSteps<double>;
