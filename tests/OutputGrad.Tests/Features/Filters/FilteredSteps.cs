using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>
/// Steps with filters: the bits of the filtered gradients and the update; but classes all of whose residuals are left out are not handed
/// over, and keep their weights.
/// </summary>
public abstract class FilteredSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Threshold = 1.0 / 4096;

    [Theory]
    [InlineData(1, 600, 20)]
    [InlineData(4, 1_300, 24)]
    [InlineData(8, 600, 20)]
    [InlineData(40, 1_300, 24)]
    [InlineData(1_100, 130, 40)]
    public void AFilteredStepIsTheFilteredGradientAndThenTheUpdate(int rows, int classes, int features)
    {
        int untouched = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            LayerBatch<T> batch = new RandomBatches(seed).Layer<T>(rows, classes, features);
            double hidden = seed % 3 == 1 ? 0 : Threshold, weights = seed % 3 == 2 ? 0 : Threshold;
            batch = batch with { Options = batch.Options with { HiddenFilterThreshold = hidden, WeightFilterThreshold = weights } };

            batch.CompareStep();

            untouched += Untouched(batch);
        }

        Assert.True(rows > 1_000 || untouched > 0);
    }

    /// <summary>Chunks of rows whose logits are computed twice: a class may be left out of one chunk and not of the next.</summary>
    [Fact]
    public void SoIsOneInLittleWorkspace()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            LayerBatch<T> batch = new RandomBatches(seed).Layer<T>(100, 2_000, 20);
            batch = batch with { Options = batch.Options with { HiddenFilterThreshold = Threshold, WeightFilterThreshold = Threshold } };
            long least = Math.Max(
                LeastWorkspace.OfStep(batch), LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options));
            (batch with { Options = batch.Options with { MaxWorkspaceBytes = least * 5 / 4 } }).CompareStep();
        }
    }

    /// <summary>Where no row counts every class is left out.</summary>
    [Fact]
    public void NoRowsTouchNothing()
    {
        LayerBatch<T> batch = new RandomBatches(1).Layer<T>(9, 5, 3) with { Targets = [.. Enumerable.Repeat(-100, 9)], SoftTargets = null };

        Assert.Equal(5, Untouched(batch with { Options = new() { WeightFilterThreshold = Threshold } }));
        Assert.Equal(0, Untouched(batch with { Options = new() { HiddenFilterThreshold = Threshold } }));
    }

    private static int Untouched(LayerBatch<T> batch)
    {
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
        RecordingUpdate<T> update = new(weights.Length + bias.Length);
        LinearCrossEntropy.Step<T, RecordingUpdate<T>>(weights, bias, batch.Labeled(), update, options: batch.Options);
        return update.Times[..weights.Length].Count(0) / batch.Features;
    }
}

public sealed class FilteredStepsInFloat : FilteredSteps<float>;

public sealed class FilteredStepsInDouble : FilteredSteps<double>;
