using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>NaN and infinite logits in one shard mean to all shards what they mean to the whole layer.</summary>
/// <remarks>
/// Row n's hidden vector is 0 but for a number so large at n that its square is beyond the type; W[v, n] is the logit over that number, or
/// the number itself where the logit is infinite. So every logit is what it should be, and finite inputs make the infinite ones. The rest
/// of W is the identity, so that dL/dH shows the residuals there.
/// </remarks>
public abstract class NonFiniteShards<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Infinity = double.PositiveInfinity;
    private static readonly T Large = T.CreateChecked(Math.Pow(2, typeof(T) == typeof(float) ? 65 : 520));
    private static readonly double[] P0 = [.0900305732, .2447284711, .6652409558];

    /// <summary>Few rows by dot products, more by tiles: rows are repeated until there are as many.</summary>
    public static readonly TheoryData<int> RowCounts = [3, 12];

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Case32_AnInfiniteLogitMakesItsRowNaNInEveryShard(int rows)
    {
        foreach (int target in (int[])[0, 1, 2])
        {
            Shown shown = Run([1, 2, 3, 1, Infinity, 3, 1, 2, 3], [2, target, 0], rows);

            Assert.Equal(double.NaN, shown.Result.Loss);
            Assert.All(shown.Residuals[1], g => Assert.True(double.IsNaN(g)));
            Printed([P0[0], P0[1], P0[2] - 1], shown.Residuals[0]);
            Printed([P0[0] - 1, P0[1], P0[2]], shown.Residuals[2]);
        }
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Case33_AShardOfMaskedClassesIsAbsent(int rows)
    {
        Shown shown = Run([1, 2, 3, -Infinity, -Infinity, -Infinity, 1, 2, -Infinity, -Infinity, 3, -Infinity], [2, 1], rows);

        Assert.True(double.IsFinite(shown.Result.Loss));
        Printed([P0[0], P0[1], P0[2] - 1, 0, 0, 0], shown.Residuals[0]);
        Printed([P0[0], P0[1] - 1, 0, 0, P0[2], 0], shown.Residuals[1]);
        Assert.All(shown.Residuals[0][3..], g => Assert.Equal(0, g));
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Case34_AMaskedTargetIsInfinitelyWrong(int rows)
    {
        Shown shown = Run([1, 2, 3, -Infinity, 1, 2, 3, -Infinity], [3, 2], rows);

        Assert.Equal(Infinity, shown.Result.Loss);
        Printed(P0, shown.Residuals[0][..3]);
        Assert.Equal(-1, shown.Residuals[0][3]);
        Printed([P0[0], P0[1], P0[2] - 1, 0], shown.Residuals[1]);
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Case35_ARowOfMinusInfinityIsNaN(int rows)
    {
        foreach (int target in (int[])[0, 1, 2])
        {
            Shown shown = Run([-Infinity, -Infinity, -Infinity, 1, 2, 3], [target, 2], rows);

            Assert.Equal(double.NaN, shown.Result.Loss);
            Assert.All(shown.Residuals[0], g => Assert.True(double.IsNaN(g)));
            Printed([P0[0], P0[1], P0[2] - 1], shown.Residuals[1]);
        }
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void ANaNInAHiddenVectorStaysInItsRowOfEveryPart(int rows)
    {
        LayerBatch<T> clean =
            new RandomBatches(2).IndexedLayer<T>(rows, 30, 4) with { Targets = [.. Enumerable.Range(0, rows)], Options = new() };
        LayerBatch<T> poisoned = clean with { Hidden = [.. clean.Hidden] };
        poisoned.Hidden[5] = T.NaN;

        LayerOutcome<T> expected = new ShardedLayer<T>(clean, 1, 14).Run(), outcome = new ShardedLayer<T>(poisoned, 1, 14).Run();

        Assert.Equal(double.NaN, outcome.Result.Loss);
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias, .. outcome.Hidden[4..8]], g => Assert.True(T.IsNaN(g)));
        Exactly.SameBits<T>(expected.Hidden.AsSpan(0, 4), outcome.Hidden.AsSpan(0, 4), "dL/dH before the row");
        Exactly.SameBits<T>(expected.Hidden.AsSpan(8), outcome.Hidden.AsSpan(8), "dL/dH after the row");
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Case36_NaNInAnIgnoredRowReachesNothing(int rows)
    {
        LayerBatch<T> clean = new RandomBatches(2).IndexedLayer<T>(rows, 30, 4) with { Options = new() };
        clean.Targets![1] = -100;
        LayerBatch<T> poisoned = clean with { Hidden = [.. clean.Hidden] };
        poisoned.Hidden[5] = T.NaN;

        LayerOutcome<T> expected = new ShardedLayer<T>(clean, 1, 14).Run(), outcome = new ShardedLayer<T>(poisoned, 1, 14).Run();

        Assert.Equal(expected.Result, outcome.Result);
        Exactly.SameBits<T>(expected.Hidden, outcome.Hidden, "dL/dH");
        Exactly.SameBits<T>(expected.Weights, outcome.Weights, "dL/dW");
        Exactly.SameBits<T>(expected.Bias, outcome.Bias, "dL/db");
    }

    private static Shown Run(double[] logits, int[] targets, int rows)
    {
        int classes = logits.Length / targets.Length, features = rows + classes;
        T[] weights = new T[classes * features], hidden = new T[rows * features];
        for (int v = 0; v < classes; v++)
        {
            weights[(v * features) + rows + v] = T.One;
        }

        for (int n = 0; n < rows; n++)
        {
            hidden[(n * features) + n] = Large;
            for (int v = 0; v < classes; v++)
            {
                double z = logits[(n % targets.Length * classes) + v];
                weights[(v * features) + n] = double.IsInfinity(z) ? T.CopySign(Large, T.CreateChecked(z)) : T.CreateChecked(z) / Large;
            }
        }

        LayerBatch<T> batch = new()
        {
            Features = features,
            Hidden = hidden,
            Weights = weights,
            Targets = [.. Enumerable.Range(0, rows).Select(n => targets[n % targets.Length])],
            Options = new() { Reduction = Reduction.Sum },
        };
        LayerOutcome<T> outcome = new ShardedLayer<T>(batch, classes == 6 ? [3] : [1, 2]).Run();
        return new(outcome.Result, [.. targets.Select((_, n) => Near.Doubles<T>(outcome.Hidden.AsSpan((n * features) + rows, classes)))]);
    }

    private static void Printed(double[] expected, double[] actual)
    {
        for (int v = 0; v < expected.Length; v++)
        {
            Near.Equal(expected[v], actual[v], 5e-11 + (8 * 4 * Near.Roundoff<T>()), $"residual {v}");
        }
    }

    /// <summary>The residuals of the rows that were given.</summary>
    private sealed record Shown(CrossEntropyResult Result, double[][] Residuals);
}

public sealed class NonFiniteShardsInFloat : NonFiniteShards<float>;

public sealed class NonFiniteShardsInDouble : NonFiniteShards<double>;
