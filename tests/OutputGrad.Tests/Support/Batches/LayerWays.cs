using System.Numerics;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Layer;
using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>
/// Shapes, rows x classes, that are worked on in every way that the engine has: few rows, a tile and more, several chunks, and the least
/// workspace, in which logits are computed twice.
/// </summary>
public static class LayerWays
{
    public static readonly TheoryData<int, int, bool> All =
    [
        (1, 600, false),
        (4, 300, false),
        (7, 40, false),
        (8, 40, false),
        (16, 600, false),
        (40, 1_100, false),
        (1_100, 30, false),
        (40, 2_600, true),
    ];

    /// <summary>The batch in the least workspace that a step and the gradients alone both take, and a quarter more.</summary>
    public static LayerBatch<T> InLittleWorkspace<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long least = Math.Max(LeastWorkspace.OfStep(batch), LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options));
        return batch with { Options = batch.Options with { MaxWorkspaceBytes = least * 5 / 4 } };
    }
}

/// <summary>They are what they say.</summary>
public abstract class WaysOfTheLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 6;

    [Fact]
    public void EveryWayIsAmongTheShapes()
    {
        LayerPlan<T>?[] plans = LayerWays.All.Select(row => Plan(row.Data.Item1, row.Data.Item2, row.Data.Item3)).ToArray();

        Assert.Contains(plans, plan => plan is null);
        Assert.Contains(plans, plan => plan is { StoresAll: true } stored && stored.Shape.Blocks > 1);
        Assert.Contains(plans, plan => plan is { StoresAll: true } stored && stored.Shape.Rows < 1_100 && stored.Shape.Rows > 40);
        Assert.Contains(plans, plan => plan is { StoresAll: false });
    }

    /// <summary>Null for a batch of few rows.</summary>
    private static LayerPlan<T>? Plan(int rows, int classes, bool isTight)
    {
        LayerBatch<T> batch = new RandomBatches(1).Layer<T>(rows, classes, Features) with
        {
            Targets = new int[rows],
            SoftTargets = null,
            Options = new(),
        };
        CrossEntropyOptions options = (isTight ? batch.InLittleWorkspace() : batch).Options;
        return LayerStrategy<T>.ForGradient(rows, Features, classes, options).Tiles;
    }
}

public sealed class WaysOfTheLayerInFloat : WaysOfTheLayer<float>;

public sealed class WaysOfTheLayerInDouble : WaysOfTheLayer<double>;
