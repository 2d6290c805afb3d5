using System.Numerics;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>The cases of <see cref="BitCases"/> reach every path, for every loss where the loss is the path's own business.</summary>
public abstract class BitCasePaths<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly LayerBitCase[] Layers = [.. BitCases.All.OfType<LayerBitCase>()];
    private static readonly LayerBitCase[] Steps = [.. BitCases.All.OfType<StepBitCase>().Select(step => step.Gradient)];

    [Fact]
    public void NamesAreUnique() => Assert.Equal(BitCases.All.Count, BitCases.All.Select(one => one.Name).Distinct().Count());

    [Fact]
    public void EveryWayOfWorkingMeetsEveryLoss() => Assert.True(LossesThatMeetEveryWay(Layers) > 10);

    [Fact]
    public void StepsMeetEveryWayOfWorking()
    {
        Assert.True(LossesThatMeetEveryWay(Steps) > 3);
        LayerPlan<T>[] plans = [.. Steps.Select(UpdatePlan).OfType<LayerPlan<T>>()];

        Assert.Contains(plans, plan => plan.SeesAllRowsFirst && plan.BlocksPerSweep > 1 && plan.Shape.Blocks > plan.BlocksPerSweep);
        Assert.Contains(plans, plan => plan.SeesAllRowsFirst && plan.BlocksPerSweep == 1 && plan.Shape.Blocks > 1);
        Assert.Contains(plans, plan => !plan.SeesAllRowsFirst && plan.StoresAll && plan.Shape.Blocks > plan.BlocksPerSweep);
        Assert.Contains(plans, plan => !plan.SeesAllRowsFirst && !plan.StoresAll);
        Assert.Contains(plans, plan => plan.SeesAllRowsFirst && plan.Workers > 1);
        Assert.Contains(plans, plan => !plan.SeesAllRowsFirst && plan.Workers == 7);
        Assert.Contains(Steps, step => Plan(step) is null && step.Threads<T>(7) > 1);
    }

    [Fact]
    public void EveryKindOfSweepIsReached()
    {
        LayerPlan<T>[] plans = [.. Layers.Select(Plan).OfType<LayerPlan<T>>()];

        Assert.Contains(plans, plan => plan.StoresAll && plan.Shape.Blocks > plan.BlocksPerSweep);
        Assert.Contains(plans, plan => !plan.StoresAll && plan.BlocksPerSweep > 1 && plan.Shape.Blocks > plan.BlocksPerSweep);
        Assert.Contains(plans, plan => !plan.StoresAll && plan.BlocksPerSweep == 1);
        Assert.Contains(plans, plan => plan.Shape.Features > 2 * Blocking.RunFeatures);
        Assert.Contains(Layers, layer => layer.Budget == 256L << 20 && Plan(layer)?.Shape.Rows < layer.Rows);
    }

    [Fact]
    public void EveryPathHasWorkForSevenThreads()
    {
        Assert.Contains(Layers, layer => Plan(layer) is null && layer.Threads<T>(7) == 7);
        Assert.Contains(Layers, layer => Plan(layer) is { } plan && plan.StoresAll && plan.Workers == 7);
        Assert.Contains(Layers, layer => Plan(layer) is { } plan && !plan.StoresAll && plan.Workers > 1);
        Assert.Contains(BitCases.All.OfType<LogitBitCase>(), logits => logits.Threads<T>(7) == 7);
    }

    private static int LossesThatMeetEveryWay(LayerBitCase[] layers)
    {
        LossFeatures[] losses = [.. layers.Select(layer => layer.Loss).Distinct()];
        Assert.Equal(losses, Losses(layer => Plan(layer) is null));
        Assert.Equal(
            losses, Losses(layer => Plan(layer) is { } plan && plan.StoresAll && plan.Shape.Rows == layer.Rows && plan.Shape.Blocks > 1));
        Assert.Equal(losses, Losses(layer => Plan(layer) is { } plan && plan.StoresAll && plan.Shape.Rows < layer.Rows));
        Assert.Equal(losses, Losses(layer => Plan(layer) is { } plan && !plan.StoresAll && plan.Shape.Rows < layer.Rows));
        return losses.Length;

        LossFeatures[] Losses(Func<LayerBitCase, bool> condition) => [.. layers.Where(condition).Select(layer => layer.Loss).Distinct()];
    }

    /// <summary>A step's own plan; null for a batch of few rows.</summary>
    private static LayerPlan<T>? UpdatePlan(LayerBitCase layer) =>
        LayerStrategy<T>.ForUpdate(layer.Rows, layer.Features, layer.Classes, Options(layer)).Tiles;

    /// <summary>Null for a batch of few rows.</summary>
    private static LayerPlan<T>? Plan(LayerBitCase layer) =>
        LayerStrategy<T>.ForGradient(layer.Rows, layer.Features, layer.Classes, Options(layer)).Tiles;

    private static CrossEntropyOptions Options(LayerBitCase layer) =>
        new() { MaxWorkspaceBytes = layer.Budget, MaxDegreeOfParallelism = 7 };
}

public sealed class BitCasePathsInFloat : BitCasePaths<float>;

public sealed class BitCasePathsInDouble : BitCasePaths<double>;
