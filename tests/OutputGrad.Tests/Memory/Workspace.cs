using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary><see cref="LinearCrossEntropy.WorkspaceBytes"/>: what a call will take, which is never more than what it may.</summary>
public abstract class Workspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Sizes = [1, 2, 17, 100, 1_000, 30_000];

    [Theory]
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

    /// <summary>
    /// Below some limit there is no way to do the work; down to there every limit is kept to, and its refusal names the least that works.
    /// </summary>
    [Fact]
    public void TheLeastThatWorksIsSaidAndWorks()
    {
        foreach ((int rows, int features, int classes) in from r in Sizes from d in Sizes from v in Sizes select (r, d, v))
        {
            long least = LeastWorkspace.Of<T>(rows, features, classes, new());

            Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, new() { MaxWorkspaceBytes = least }), 1, least);
            ArgumentException error = Assert.Throws<ArgumentException>(
                () => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, new() { MaxWorkspaceBytes = least - 1 }));
            Assert.All(
                (string[])["MaxWorkspaceBytes", $"{least - 1}", $"{least}"],
                text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void ItDoesNotShrinkAsTheLimitGrows()
    {
        foreach ((int features, int classes) in from d in Sizes from v in Sizes select (d, v))
        {
            long[] byLimit = [.. new[] { 32L << 20, 64L << 20, 256L << 20, 1L << 33 }.Select(
                limit => LinearCrossEntropy.WorkspaceBytes<T>(5_000, features, classes, new() { MaxWorkspaceBytes = limit }))];

            Assert.Equal(byLimit.Order(), byLimit);
        }
    }

    /// <summary>The point of the workspace: 65,536 rows of 65,536 classes would be 16 GiB of logits in float.</summary>
    [Fact]
    public void Case43_SizesWhoseProductsPass32BitsAreComputedIn64() =>
        Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(65_536, 65_536, 65_536), 1, 256L << 20);

    /// <summary>The largest numbers that a length can be: what is said of them is within the limit, or the limit is refused.</summary>
    [Theory]
    [InlineData(int.MaxValue, 1, 1)]
    [InlineData(int.MaxValue, 1_000, 1_000)]
    [InlineData(1, int.MaxValue, 1)]
    [InlineData(1, 1, int.MaxValue)]
    [InlineData(1_000, 1_000, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void Case43_TheLargestSizesDoNotOverflow(int rows, int features, int classes)
    {
        foreach (long limit in (long[])[256L << 20, long.MaxValue])
        {
            try
            {
                Assert.InRange(
                    LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, new() { MaxWorkspaceBytes = limit }), 1, limit);
            }
            catch (ArgumentException refusal)
            {
                Assert.Contains("MaxWorkspaceBytes", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("at least -", refusal.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void NoRowsTakeNothingOrLittle() => Assert.InRange(LinearCrossEntropy.WorkspaceBytes<T>(0, 10, 10), 0, 1 << 20);

    [Theory]
    [InlineData(-1, 1, 1, "rows")]
    [InlineData(1, -1, 1, "features")]
    [InlineData(1, 1, int.MinValue, "classes")]
    public void ANegativeSizeIsRefused(int rows, int features, int classes, string name)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes));

        Assert.All(
            (string[])[name, $"{Math.Min(rows, Math.Min(features, classes))}"],
            text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void OptionsAreChecked()
    {
        Assert.Contains("MaxWorkspaceBytes", Assert.Throws<ArgumentOutOfRangeException>(
            () => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1, new() { MaxWorkspaceBytes = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxRowGradientNorm", Assert.Throws<ArgumentOutOfRangeException>(
            () => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1, new() { MaxRowGradientNorm = 0 })).Message, StringComparison.Ordinal);
    }
}

public sealed class WorkspaceInFloat : Workspace<float>;

public sealed class WorkspaceInDouble : Workspace<double>;
