using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Narrow;

/// <summary>
/// Numbers of 16 bits in every way that the engine has of working on a layer, with every pair of formats: filtered, clipped, by shards, by
/// row indices, in steps and from any number of threads.
/// </summary>
public abstract class NarrowWays<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 37;

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void GradientsAreThoseOfTheWidenedNumbers(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, _) in Batches(rows, classes))
        {
            Workspace(batch, isTight).CompareWidened();
        }
    }

    /// <summary>Thresholds about the mean probability, at which groups of classes are left out, and some of their members.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void FilteredGradientsAreThoseOfTheWidenedNumbers(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, _) in Batches(rows, classes))
        {
            Workspace(batch.Filtered(.7 / classes, 1.3 / classes), isTight).CompareWidened("filtered");
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void ClippedGradientsAreThoseOfTheWidenedNumbers(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, _) in Batches(rows, classes))
        {
            LayerBatch<T> clipped = batch with { Options = batch.Options with { MaxRowGradientNorm = Math.Sqrt(Features) } };
            Workspace(clipped, isTight).CompareWidened("clipped");
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void StepsAreThoseOfTheWidenedHiddenVectors(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, int seed) in Batches(rows, classes))
        {
            LayerBatch<T> filtered = seed % 2 == 0 ? batch : batch.Filtered(.7 / classes, 1.3 / classes);
            Workspace(filtered, isTight).CompareWidenedStep();
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void ShardsAreThoseOfTheWidenedNumbers(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, int seed) in Batches(rows, classes))
        {
            LayerBatch<T> indexed = new RandomBatches(seed).Indexed(batch);
            Workspace(indexed, isTight).CompareWidenedShards([classes / 3, classes / 3 * 2]);
        }
    }

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void RowsByIndexAreThoseOfTheWidenedNumbers(int rows, int classes, bool isTight)
    {
        foreach ((LayerBatch<T> batch, int seed) in Batches(rows, classes))
        {
            LayerBatch<T> picked = Workspace(batch, isTight) with { RowIndices = new RandomBatches(seed).RowIndices(rows, rows) };
            picked.CompareWidened("by index");
            picked.CompareWidenedStep("by index");
        }
    }

    /// <summary>Weights of a few rows are widened once for all of them where the scratch memory holds four classes' weights.</summary>
    [Theory]
    [InlineData(2_047)]
    [InlineData(2_048)]
    [InlineData(2_049)]
    public void AsManyFeaturesAsAreWidenedAtOnceGiveTheBitsOfTheWidenedNumbers(int features)
    {
        for (int rows = 1; rows <= 8; rows++)
        {
            foreach ((StoredFormat, StoredFormat) pair in StoredFormats.Pairs)
            {
                new RandomBatches(rows).NarrowLayer<T>(rows, classes: 21, features, pair).CompareWidened();
                new RandomBatches(rows).NarrowLayer<T>(rows, classes: 21, features, pair).Filtered(.04, .04).CompareWidened("filtered");
            }
        }
    }

    /// <summary>Work for several threads, by dot products, by tiles, and with logits computed twice.</summary>
    [Theory]
    [InlineData(4, 1201, 1101, 256L << 20)]
    [InlineData(130, 513, 257, 256L << 20)]
    [InlineData(64, 20_000, 32, 4_000_000)]
    public void AnyNumberOfThreadsGivesTheBitsOfTheWidenedNumbers(int rows, int classes, int features, long workspace)
    {
        foreach ((StoredFormat weights, StoredFormat hidden) in StoredFormats.Pairs)
        {
            LayerBatch<T> batch = new RandomBatches(rows).NarrowLayer<T>(rows, classes, features, (weights, hidden));
            LayerBatch<T> alone = WithThreads(1).Widened();
            LayerOutcome<T> expected = alone.Run();
            foreach (int threads in (int[])[1, 2, 3, 7])
            {
                Exactly.SameBits(expected, WithThreads(threads).Run(), $"{weights} and {hidden} on {threads} threads");
            }

            LayerBatch<T> WithThreads(int threads) => batch with
            {
                Options = batch.Options with { MaxDegreeOfParallelism = threads, MaxWorkspaceBytes = workspace },
            };
        }
    }

    /// <summary>One for every pair of formats.</summary>
    private static IEnumerable<(LayerBatch<T> Batch, int Seed)> Batches(int rows, int classes) =>
        StoredFormats.Pairs.Select((pair, i) =>
        {
            int seed = (rows * 5_003) + classes + i;
            return (new RandomBatches(seed).NarrowLayer<T>(rows, classes, Features, pair), seed);
        });

    private static LayerBatch<T> Workspace(LayerBatch<T> batch, bool isTight) => isTight ? batch.InLittleWorkspace() : batch;
}

public sealed class NarrowWaysInFloat : NarrowWays<float>;

public sealed class NarrowWaysInDouble : NarrowWays<double>;
