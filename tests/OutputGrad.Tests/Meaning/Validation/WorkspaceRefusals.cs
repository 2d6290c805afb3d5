using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>The sizes of which a workspace is told: none may be negative, and a shard has no more classes than there are.</summary>
public abstract class WorkspaceRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData("rows", -1, 2, 3)]
    [InlineData("features", 2, -1, 3)]
    [InlineData("classes", 2, 2, -1)]
    [InlineData("rows", int.MinValue, 2, 3)]
    public void NegativeSizesHaveNoWorkspace(string name, int rows, int features, int classes)
    {
        int size = Math.Min(rows, Math.Min(features, classes));
        Refused(name, size, () => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes));
        Refused(name, size, () => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, use: WorkspaceUse.Step));
        Refused(name, size, () => LinearCrossEntropy.ShardWorkspaceBytes<T>(rows, features, 0, classes));
    }

    [Theory]
    [InlineData(-1, 3)]
    [InlineData(int.MinValue, 3)]
    [InlineData(4, 3)]
    [InlineData(1, 0)]
    public void AShardOfMoreClassesThanThereAreHasNoWorkspace(int shardClasses, int classes) =>
        Refused(nameof(shardClasses), shardClasses, () => LinearCrossEntropy.ShardWorkspaceBytes<T>(2, 2, shardClasses, classes));

    [Fact]
    public void SizesOfZeroAreAccepted()
    {
        Assert.True(LinearCrossEntropy.WorkspaceBytes<T>(0, 0, 0) >= 0);
        Assert.True(LinearCrossEntropy.ShardWorkspaceBytes<T>(2, 2, 0, 3) >= 0);
        Assert.True(LinearCrossEntropy.ShardWorkspaceBytes<T>(2, 2, 3, 3) > 0);
    }

    private static void Refused(string name, int size, Action call)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(name, call);
        Assert.Contains($"{name} is {size}", error.Message, StringComparison.Ordinal);
    }
}

public sealed class WorkspaceRefusalsInFloat : WorkspaceRefusals<float>;

public sealed class WorkspaceRefusalsInDouble : WorkspaceRefusals<double>;
