using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// The least workspace that a refusal names: it works, as does every larger one, and one byte less is refused; for whatever sizes, also
/// those whose arrays no test can make.
/// </summary>
public abstract class LeastWorkspaces<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Sizes = [1, 2, 33, 1_000, 16_777_216, int.MaxValue];

    private static readonly CrossEntropyOptions[] Options =
    [
        new(),
        new() { HiddenFilterThreshold = 1e-4, MaxDegreeOfParallelism = 1 },
        new() { WeightFilterThreshold = 1e-4, MaxDegreeOfParallelism = 64 },
        new() { MaxRowGradientNorm = 1, LabelSmoothing = .1, MaxDegreeOfParallelism = 2 },
    ];

    [Theory]
    [InlineData(1, 16_777_216, 1)]
    [InlineData(1, int.MaxValue, 1)]
    [InlineData(4, int.MaxValue, 1)]
    [InlineData(20, 100_000_000, 20)]
    [InlineData(1, 1, int.MaxValue)]
    [InlineData(20, 400, 5_000_000)]
    [InlineData(2_000_000_000, 1, 1)]
    [InlineData(2_000_000_000, 7, 300_000_000)]
    [InlineData(int.MaxValue, 1, 1)]
    public void OfExtremeShapes(int rows, int features, int classes) => Check(rows, features, classes);

    [Fact]
    public void OfFewRows()
    {
        foreach ((int rows, int features, int classes) in
            from rows in Enumerable.Range(1, 20) from features in Sizes from classes in Sizes select (rows, features, classes))
        {
            Check(rows, features, classes);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    [InlineData(2_000_000_000)]
    public void OfManyRows(int rows)
    {
        foreach ((int features, int classes) in
            from features in (int[])[1, 33, 1_000, 100_000] from classes in Sizes select (features, classes))
        {
            Check(rows, features, classes);
        }
    }

    /// <summary>Sizes of any number of digits are equally likely.</summary>
    [Fact]
    public void OfRandomShapes()
    {
        Random random = new(7);
        for (int i = 0; i < 300; i++)
        {
            Check(Size(), Size(), Size());
        }

        int Size() => (int)Math.Exp(random.NextDouble() * Math.Log(int.MaxValue));
    }

    /// <summary>A real call says the same, where that is more than the pool keeps; nothing of the size is made.</summary>
    [Fact]
    public void OfACallWithManyFeatures()
    {
        const int Features = 16_777_216;
        T[] weights = new T[Features], hidden = new T[Features];
        int[] targets = [0];
        CrossEntropyOptions options = new() { MaxWorkspaceBytes = 1 << 30 };
        Sgd<T> update = new(1);

        Assert.Equal(
            Told(limited => LinearCrossEntropy.WorkspaceBytes<T>(1, Features, 1, limited), options),
            Told(limited => LinearCrossEntropy.Loss<T>(new(weights), new(hidden, targets), limited), options));
        Assert.Equal(
            Told(limited => LinearCrossEntropy.WorkspaceBytes<T>(1, Features, 1, limited, WorkspaceUse.Step), options),
            Told(limited => LinearCrossEntropy.Step(weights, [], new LabeledBatch<T>(hidden, targets), update, [], limited), options));
    }

    /// <summary>Few rows, which many classes or features would otherwise send the way of many.</summary>
    [Theory]
    [InlineData(1, 16, 1_000)]
    [InlineData(4, 512, 5_000)]
    [InlineData(1, 16, 100_000)]
    [InlineData(4, 8, 20_000)]
    public void AWorkspaceOfJustItsBytesChangesNothing(int rows, int features, int classes)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        foreach (WorkspaceUse use in Enum.GetValues<WorkspaceUse>())
        {
            long bytes = LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options, use);
            CrossEntropyOptions just = options with { MaxWorkspaceBytes = bytes };
            Assert.Equal(bytes, LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, just, use));
        }
    }

    private static void Check(int rows, int features, int classes)
    {
        int shard = Math.Max(1, classes / 3);
        CrossEntropyOptions options = Options[(rows + features + classes) & 3];
        string shape = $"{rows} rows x {features} features x {classes} classes, {options}";
        Check($"gradient, {shape}", options, o => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, o));
        Check($"step, {shape}", options, o => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, o, WorkspaceUse.Step));
        Check($"shard, {shape}", options, o => LinearCrossEntropy.ShardWorkspaceBytes<T>(rows, features, shard, classes, o));
    }

    private static void Check(string what, CrossEntropyOptions options, Func<CrossEntropyOptions, long> bytes)
    {
        long least = Told(limited => bytes(limited), options with { MaxWorkspaceBytes = 1 });
        foreach (long limit in ((long[])[least / 2, least - 64, least - 1]).Where(limit => limit >= 1))
        {
            long told = Told(limited => bytes(limited), options with { MaxWorkspaceBytes = limit });
            Assert.True(told == least, $"{what}: {least} works, but of {limit} it is said that {told} do");
        }

        long[] limits =
            [least, least + 1, least + 63, least + 64, least * 17 / 16, least * 3 / 2, least * 20, (1 << 30) - 64, 1 << 30, long.MaxValue];
        foreach (long limit in limits.Where(limit => limit >= least))
        {
            long taken = bytes(options with { MaxWorkspaceBytes = limit });
            Assert.True(taken > 0 && taken <= limit, $"{what}: {taken} of {limit}");
        }
    }

    private static long Told(Action<CrossEntropyOptions> call, CrossEntropyOptions options) =>
        LeastWorkspace.Told(() => call(options), options.MaxWorkspaceBytes);
}

public sealed class LeastWorkspacesInFloat : LeastWorkspaces<float>;

public sealed class LeastWorkspacesInDouble : LeastWorkspaces<double>;
