using System.Numerics;
using OutputGrad.Tests.Oracle;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// The least workspace that a refusal names: it works, as does every larger one, and one byte less is refused; for whatever sizes, also those whose
/// arrays no test can make.
/// </summary>
public abstract class LeastWorkspaces<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Up to these the sizes of the sweep go, and to all between in the random cases.</summary>
    private static readonly int[] Sizes = [1, 2, 33, 1_000, 16_777_216, int.MaxValue];

    private static readonly CrossEntropyOptions[] Options =
    [
        new(),
        new() { HiddenFilterThreshold = 1e-4, MaxDegreeOfParallelism = 1 },
        new() { WeightFilterThreshold = 1e-4, MaxDegreeOfParallelism = 64 },
        new() { MaxRowGradientNorm = 1, LabelSmoothing = .1, MaxDegreeOfParallelism = 2 },
    ];

    /// <summary>More than the pool of arrays keeps, for few rows.</summary>
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
        foreach ((int rows, int features, int classes) in from r in Enumerable.Range(1, 20) from d in Sizes from v in Sizes select (r, d, v))
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
        foreach ((int features, int classes) in from d in (int[])[1, 33, 1_000, 100_000] from v in Sizes select (d, v))
        {
            Check(rows, features, classes);
        }
    }

    /// <summary>Each size so likely to have any number of digits.</summary>
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

    /// <summary>Here the call itself says so: more than the pool keeps, of which nothing is made.</summary>
    [Fact]
    public void OfACallWithManyFeatures()
    {
        T[] numbers = new T[16_777_216];
        CrossEntropyOptions options = new() { MaxWorkspaceBytes = 1 << 30 };
        long told = Told(limited => LinearCrossEntropy.WorkspaceBytes<T>(1, numbers.Length, 1, limited), options);
        long toldOfStep = Told(limited => LinearCrossEntropy.WorkspaceBytes<T>(1, numbers.Length, 1, limited, WorkspaceUse.Step), options);

        Assert.Equal(told, Told(limited => LinearCrossEntropy.Loss<T>(new(numbers), new(numbers, (int[])[0]), limited), options));
        Assert.Equal(toldOfStep, Told(limited => LinearCrossEntropy.Step(numbers, [], new LabeledBatch<T>(new T[numbers.Length], (int[])[0]), new Sgd<T>(1), [], limited), options));
    }

    private static void Check(int rows, int features, int classes)
    {
        int shard = Math.Max(1, classes / 3);
        CrossEntropyOptions options = Options[(rows + features + classes) & 3];
        Check(limited => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, limited), options, $"{rows} x {features} x {classes}");
        Check(limited => LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, limited, WorkspaceUse.Step), options, $"a step of {rows} x {features} x {classes}");
        Check(limited => LinearCrossEntropy.ShardWorkspaceBytes<T>(rows, features, shard, classes, limited), options, $"{rows} x {features} x {shard} of {classes}");
    }

    private static void Check(Func<CrossEntropyOptions, long> bytes, CrossEntropyOptions options, string what)
    {
        long least = Told(limited => bytes(limited), options with { MaxWorkspaceBytes = 1 });
        foreach (long limit in ((long[])[least / 2, least - 64, least - 1]).Where(limit => limit >= 1))
        {
            long told = Told(limited => bytes(limited), options with { MaxWorkspaceBytes = limit });
            Assert.True(told == least, $"{what}: {least} works, but of {limit} it is said that {told} do");
        }

        long[] enough = [least, least + 1, least + 63, least + 64, least + 4_096, least * 17 / 16, least * 3 / 2, least * 20, (1L << 30) - 64, 1L << 30, long.MaxValue];
        foreach (long limit in enough.Where(limit => limit >= least))
        {
            long taken = bytes(options with { MaxWorkspaceBytes = limit });
            Assert.True(taken > 0 && taken <= limit, $"{what}: {taken} of {limit}");
        }
    }

    /// <summary>The least that a refusal names.</summary>
    private static long Told(Action<CrossEntropyOptions> call, CrossEntropyOptions options) => LeastWorkspace.Told(() => call(options), options.MaxWorkspaceBytes);
}

public sealed class LeastWorkspacesInFloat : LeastWorkspaces<float>;

public sealed class LeastWorkspacesInDouble : LeastWorkspaces<double>;
