using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>Every small number of classes, rows and features, one swept while the others vary, and the shapes beyond.</summary>
public abstract class LayerSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Varieties = 3;

    [Fact]
    public void EveryClassCount() =>
        Sweep(257, (classes, variety) => (1 + ((classes + variety) % 9), classes, 1 + (((classes * 5) + variety) % 17)));

    [Fact]
    public void EveryRowCount() =>
        Sweep(70, (rows, variety) => (rows, 1 + (((rows * 7) + (variety * 13)) % 41), 1 + (((rows * 5) + variety) % 17)));

    [Fact]
    public void EveryFeatureCount() =>
        Sweep(70, (features, variety) => (1 + ((features + (variety * 5)) % 19), 1 + (((features * 7) + (variety * 11)) % 37), features));

    /// <summary>Rows so few beside their features that they go by dot products, up to where they no longer do.</summary>
    [Fact]
    public void EveryNumberOfFewRows() =>
        Sweep(9, (rows, variety) => (rows, 1 + (((rows * 7) + (variety * 13)) % 41), (20 * rows) + (variety * 7)));

    /// <summary>
    /// With classes enough for many workers so do a few more. Without a softcap, which logits of so many features saturate: many classes
    /// then tie for the largest in T that do not in double.
    /// </summary>
    [Fact]
    public void EveryNumberOfRowsWithManyClasses()
    {
        for (int rows = 7; rows <= 17; rows++)
        {
            LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, 4_096 + rows, 20 * rows);
            Compare(batch with { Options = batch.Options with { LogitSoftcap = 0 } });
        }
    }

    [Theory]
    [InlineData(130, 1030, 33)]
    [InlineData(257, 513, 65)]
    [InlineData(1, 3000, 129)]
    [InlineData(700, 10, 40)]
    [InlineData(33, 129, 256)]
    [InlineData(5, 20, 1100)]
    [InlineData(1100, 40, 9)]
    [InlineData(2, 1, 4099)]
    public void LargerShapes(int rows, int classes, int features)
    {
        for (int variety = 0; variety < Varieties; variety++)
        {
            Compare(new RandomBatches(rows + classes + features + variety).Layer<T>(rows, classes, features));
        }
    }

    /// <summary>Of features that are few, and a gradient that goes past the caches in pieces of many classes.</summary>
    [Fact]
    public void AQuarterOfAMillionClasses()
    {
        LayerBatch<T> batch = new RandomBatches(5).Layer<T>(3, 250_000, 9);

        Compare(batch with { Targets = [249_999, 0, 77_777], SoftTargets = null, Options = new() });
    }

    /// <summary>From the least workspace that is accepted to twice that: how much of the batch is held at a time must not show.</summary>
    [Fact]
    public void EveryWorkspace()
    {
        foreach ((int rows, int classes, int features) in (IEnumerable<(int, int, int)>)[(41, 67, 13), (150, 700, 20)])
        {
            for (int variety = 0; variety < Varieties; variety++)
            {
                LayerBatch<T> batch = new RandomBatches(variety).Layer<T>(rows, classes, features);
                long least = Least(batch);
                foreach (long limit in (long[])[least, least * 5 / 4, least * 2])
                {
                    Compare(batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } });
                }
            }
        }
    }

    protected abstract void Compare(LayerBatch<T> batch);

    /// <summary>The smallest workspace that is accepted.</summary>
    protected abstract long Least(LayerBatch<T> batch);

    private void Sweep(int last, Func<int, int, (int Rows, int Classes, int Features)> shape)
    {
        for (int swept = 1; swept <= last; swept++)
        {
            for (int variety = 0; variety < Varieties; variety++)
            {
                (int rows, int classes, int features) = shape(swept, variety);
                Compare(new RandomBatches((swept * Varieties) + variety).Layer<T>(rows, classes, features));
            }
        }
    }
}

/// <summary>The gradients against the oracle.</summary>
public abstract class GradientSizes<T> : LayerSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void Compare(LayerBatch<T> batch) => LayerComparison.Compare(batch, batch.Run());

    protected override long Least(LayerBatch<T> batch) => LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options);
}

public sealed class GradientSizesInFloat : GradientSizes<float>;

public sealed class GradientSizesInDouble : GradientSizes<double>;

/// <summary>A step against the gradients and then the update, whose bits it must have.</summary>
public abstract class StepSizes<T> : LayerSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void Compare(LayerBatch<T> batch) => batch.CompareStep();

    protected override long Least(LayerBatch<T> batch) => Math.Max(
        LeastWorkspace.OfStep(batch), LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options));
}

public sealed class StepSizesInFloat : StepSizes<float>;

public sealed class StepSizesInDouble : StepSizes<double>;
