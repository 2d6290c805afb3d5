using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Narrow;

/// <summary>
/// Numbers of 16 bits at sizes around the edges of vectors, runs, panels, blocks and strips, and around few rows: any two sizes meet, and
/// any size meets any pair of formats.
/// </summary>
public abstract class NarrowSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] Rows = [.. Enumerable.Range(1, 17), 33, 48, 49];
    private static readonly int[] Features = [1, 15, 16, 17, 1023, 1024, 1025, 2050];
    private static readonly int[] Classes = [1, 7, 8, 9, 511, 512, 513, 5000];

    private static readonly (int Rows, int Features, int Classes, int Pair)[] Cases =
    [
        .. from i in Enumerable.Range(0, Rows.Length)
           from j in Enumerable.Range(0, Features.Length)
           select (Rows[i], Features[j], Classes[(i + j) % Classes.Length], ((3 * i) + (i / 8) + j) % StoredFormats.Pairs.Length),
    ];

    [Fact]
    public void AnyTwoSizesMeet()
    {
        int pairs = StoredFormats.Pairs.Length;
        Assert.Equal(Rows.Length * Features.Length, Cases.Select(one => (one.Rows, one.Features)).Distinct().Count());
        Assert.Equal(Rows.Length * Classes.Length, Cases.Select(one => (one.Rows, one.Classes)).Distinct().Count());
        Assert.Equal(Features.Length * Classes.Length, Cases.Select(one => (one.Features, one.Classes)).Distinct().Count());
        Assert.Equal(Rows.Length * pairs, Cases.Select(one => (one.Rows, one.Pair)).Distinct().Count());
        Assert.Equal(Features.Length * pairs, Cases.Select(one => (one.Features, one.Pair)).Distinct().Count());
        Assert.Equal(Classes.Length * pairs, Cases.Select(one => (one.Classes, one.Pair)).Distinct().Count());
    }

    [Fact]
    public void EverySizeGivesTheBitsOfTheWidenedNumbers()
    {
        foreach ((int rows, int features, int classes, int pair) in Cases)
        {
            int seed = (rows * 10_000_000) + (features * 5_003) + classes;
            LayerBatch<T> batch = new RandomBatches(seed).NarrowLayer<T>(rows, classes, features, StoredFormats.Pairs[pair]);
            batch.CompareWidened();
        }
    }
}

public sealed class NarrowSizesInFloat : NarrowSizes<float>;

public sealed class NarrowSizesInDouble : NarrowSizes<double>;
