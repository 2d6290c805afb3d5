using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Companions;

/// <summary><see cref="LinearCrossEntropy.WorkspaceBytes"/>: what a call will take, which is never more than what it may.</summary>
public abstract class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Sizes = [1, 2, 17, 100, 1_000, 30_000];

    [Theory]
    [InlineData(4L << 20)]
    [InlineData(256L << 20)]
    [InlineData(1L << 40)]
    public void ItIsPositiveAndWithinTheLimit(long limit)
    {
        CrossEntropyOptions options = new() { MaxWorkspaceBytes = limit };
        foreach ((int rows, int features, int classes) in from r in Sizes from d in Sizes from v in Sizes select (r, d, v))
        {
            Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options), 1, limit);
        }
    }

    [Fact]
    public void ItDoesNotShrinkAsRowsOrTheLimitGrow()
    {
        foreach ((int features, int classes) in from d in Sizes from v in Sizes select (d, v))
        {
            long[] byRows = [.. Sizes.Select(rows => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes))];
            long[] byLimit = [.. new[] { 4L << 20, 16L << 20, 256L << 20, 1L << 33 }.Select(
                limit => LinearCrossEntropy.WorkspaceBytes<T>(5_000, features, classes, new() { MaxWorkspaceBytes = limit }))];

            Assert.Equal(byRows.Order(), byRows);
            Assert.Equal(byLimit.Order(), byLimit);
        }
    }

    /// <summary>The point of the workspace: 65,536 rows of 65,536 classes would be 16 GiB of logits in float.</summary>
    [Fact]
    public void Case43_SizesWhoseProductsPass32BitsAreComputedIn64()
    {
        CrossEntropyOptions unbounded = new() { MaxWorkspaceBytes = long.MaxValue };

        Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(65_536, 65_536, 65_536), 1, 256L << 20);
        Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(int.MaxValue, int.MaxValue, 100_000), 1, 256L << 20);
        Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(65_536, 65_536, 65_536, unbounded), 1, long.MaxValue);
        Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(int.MaxValue, int.MaxValue, 100_000, unbounded), 1, long.MaxValue);
    }

    [Fact]
    public void NoRowsTakeNothingOrLittle() => Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(0, 10, 10), 0, 1 << 20);

    [Theory]
    [InlineData(-1, 1, 1, "rows")]
    [InlineData(1, -1, 1, "features")]
    [InlineData(1, 1, int.MinValue, "classes")]
    public void ANegativeSizeIsRefused(int rows, int features, int classes, string name)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes));

        Assert.All((string[])[name, $"{Math.Min(rows, Math.Min(features, classes))}"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void OptionsAreChecked()
    {
        Assert.Contains("MaxWorkspaceBytes", Assert.Throws<ArgumentOutOfRangeException>(
            () => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1, new() { MaxWorkspaceBytes = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxRowGradientNorm", Assert.Throws<NotSupportedException>(
            () => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1, new() { MaxRowGradientNorm = 1 })).Message, StringComparison.Ordinal);
    }
}

public sealed class WorkspaceInFloat : Workspace<float>;

public sealed class WorkspaceInDouble : Workspace<double>;
