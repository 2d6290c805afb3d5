using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>The ways are what they say.</summary>
public abstract class SharedLogitsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Logits are stored for 64 bytes of rows at a time, at the least: the workspace has less than that for every class.</summary>
    [Theory]
    [InlineData(Ways.ManyClasses)]
    [InlineData(10_000)]
    [InlineData(50_000)]
    public void InLittleWorkspaceThereIsNoRoomForTheLogits(int classes)
    {
        LayerBatch<T> batch = Problem(classes).Layer(Way.Recomputed);

        Assert.InRange(batch.Options.MaxWorkspaceBytes, 1, (64L * classes) - 1);
    }

    /// <summary>What each way shows as the residuals of its first and its last row are those rows'.</summary>
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void TheFirstAndTheLastRowAreShown(Way way)
    {
        SharedOutcome<T> outcome = (Problem(Ways.ManyClasses) with { Targets = [3, .. Enumerable.Repeat(7, way.Rows() - 1)] }).Run(way);

        Assert.Equal(3, Array.FindIndex(outcome.First, g => g < T.Zero));
        Assert.Equal(7, Array.FindIndex(outcome.Last, g => g < T.Zero));
        Assert.All(outcome.First.Where((_, c) => c != 3), g => Assert.True(g > T.Zero));
        Assert.All(outcome.Last.Where((_, c) => c != 7), g => Assert.True(g > T.Zero));
    }

    private static SharedLogits<T> Problem(int classes) => new() { Logits = new T[classes], Targets = [0] };
}

public sealed class SharedLogitsInFloat : SharedLogitsTests<float>;

public sealed class SharedLogitsInDouble : SharedLogitsTests<double>;
