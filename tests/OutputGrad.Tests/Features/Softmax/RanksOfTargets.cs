using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Softmax;

/// <summary><see cref="RowResults{T}.TargetRanks"/> are the targets' places in the order of the classes, exactly.</summary>
public abstract class RanksOfTargets<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Logits are small integers, of which many classes have the same.</summary>
    [Fact]
    public void TiesAtEveryRowCountAndBlockEdge()
    {
        int[] classCounts = [1, 2, 8, 9, 17, 40, 511, 512, 513, 1_024, 1_025, 1_540];
        for (int rows = 1; rows <= 40; rows++)
        {
            for (int i = rows % 3; i < classCounts.Length; i += 3)
            {
                RandomBatches random = new((rows * 64) + i);
                LayerBatch<T> batch = random.TiedLayer<T>(rows, classCounts[i], 1 + (rows % 4)).Aimed(random.Targets(rows, classCounts[i]));
                CheckByOracle(batch, batch.Run().Rows);
                CheckByOracle(batch, batch.ForwardRows());
                CheckByOracle(batch, batch.Step().Rows);
                CheckByOracle(batch, FromLogits.Run(Logits(batch)).Rows);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void NaNsInfinitiesAndMaskedClasses(Way way)
    {
        foreach (int classes in way == Way.Recomputed ? (int[])[Ways.ManyClasses] : [1, 2, 5, 40, 512, 513, 1_100])
        {
            for (int kind = 0; kind < OddLogits.Kinds; kind++)
            {
                T[] logits = OddLogits.Row<T>(kind, classes, seed: classes + kind);
                int[] places = Ranking.Places(Ranking.Of(logits));
                for (int first = 0; first < Math.Min(classes, 80); first += way.Rows())
                {
                    int[] targets = [.. Enumerable.Range(0, way.Rows()).Select(n => (first + n) * 7 % classes)];
                    RowOutcome<T> rows = new SharedLogits<T> { Logits = logits, Targets = targets }.Run(way).Rows;

                    Exactly.SameBits<int>(
                        Array.ConvertAll(targets, target => places[target]), rows.TargetRanks, $"ranks of {way}, kind {kind}");
                    Assert.Equal(
                        targets.Select((target, n) => target == rows.Predictions[n]), rows.TargetRanks.Select(rank => rank == 0));
                }
            }
        }
    }

    /// <summary>The target's logit, which is computed ahead, has the bits that it has among the others.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void TheyAreThePlacesAmongTheFirstClasses(int rows, int classes, bool isTight)
    {
        int turn = 0;
        foreach (int features in (int[])[1, 2, 15, 16, 33, 170])
        {
            foreach (CrossEntropyOptions options in Options())
            {
                foreach ((StoredFormat, StoredFormat) formats in Formats(turn++))
                {
                    LayerBatch<T> batch = new RandomBatches(rows + features)
                        .NarrowLayer<T>(rows, classes, features, formats)
                        .Aimed(new int[rows]) with
                    {
                        Options = options,
                    };
                    CheckPlaces(isTight ? batch.InLittleWorkspace() : batch);
                }
            }
        }
    }

    /// <summary>Sums of more than one run of features.</summary>
    [Theory]
    [InlineData(1, 7)]
    [InlineData(4, 530)]
    [InlineData(20, 530)]
    public void OverManyFeatures(int rows, int classes)
    {
        foreach (int features in (int[])[1_023, 1_024, 1_025, 2_050])
        {
            foreach ((StoredFormat, StoredFormat) formats in Formats(0))
            {
                CheckPlaces(new RandomBatches(features).NarrowLayer<T>(rows, classes, features, formats).Aimed(new int[rows]) with
                {
                    Options = new() { LogitScale = .7 },
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void IgnoredRowsHaveNone(Way way)
    {
        SharedLogits<T> problem = new()
        {
            Logits = [.. Near.Rounded<T>(3, 1, 2), .. new T[Ways.ManyClasses]],
            Targets = [-100, 1, 0],
        };
        RowOutcome<T> rows = problem.Run(way).Rows;

        Assert.Equal(
            Enumerable.Range(0, way.Rows()).Select(n => problem.TargetOf(n) switch { -100 => -1, 1 => 2, _ => 0 }), rows.TargetRanks);
        Assert.All(
            rows.Entropies.Where((_, n) => problem.TargetOf(n) == -100), entropy => Exactly.SameBits<T>([T.Zero], [entropy], "entropy"));
    }

    private static void CheckByOracle(LayerBatch<T> batch, RowOutcome<T> rows)
    {
        CrossEntropyOracle oracle = batch.Oracle();
        for (int n = 0; n < batch.Rows; n++)
        {
            Assert.Equal(oracle.Details[n]?.RankOf(batch.Targets![n]) ?? -1, rows.TargetRanks[n]);
        }
    }

    /// <summary>For some classes of each row: those that stand first, last and in the middle, and those at the edge of a block.</summary>
    private static void CheckPlaces(LayerBatch<T> batch)
    {
        (int rows, int classes) = (batch.Rows, batch.Classes);
        int[] order = batch.Softmax(top: classes).TopClasses;
        foreach (int place in ((int[])[0, 1, classes / 2, classes - 1]).Where(place => place < classes).Distinct())
        {
            RowOutcome<T> actual = (batch with { Targets = [.. Enumerable.Range(0, rows).Select(n => order[(n * classes) + place])] })
                .ForwardRows();

            Exactly.SameBits<int>([.. Enumerable.Repeat(place, rows)], actual.TargetRanks, $"ranks, {batch.Shape}, {batch.Options}");
        }

        foreach (int target in ((int[])[0, 511, 512, classes - 1]).Where(target => target < classes).Distinct())
        {
            LayerBatch<T> aimed = batch with { Targets = [.. Enumerable.Repeat(target, rows)] };
            int[] expected =
                [.. Enumerable.Range(0, rows).Select(n => Array.IndexOf(order, target, n * classes, classes) - (n * classes))];

            Exactly.SameBits<int>(expected, aimed.ForwardRows().TargetRanks, $"ranks of class {target}, {batch.Shape}");
        }
    }

    /// <summary>With a softcap many logits far from 0 tie, which scales of hundreds bring there.</summary>
    private static IEnumerable<CrossEntropyOptions> Options() =>
    [
        new(),
        new() { LogitScale = .3 },
        new() { LogitSoftcap = 2.5 },
        new() { LogitScale = 300, LogitSoftcap = 30 },
    ];

    private static (StoredFormat Weights, StoredFormat Hidden)[] Formats(int turn) =>
        [(StoredFormat.Full, StoredFormat.Full), StoredFormats.Pairs[turn % StoredFormats.Pairs.Length]];

    private static LogitBatch<T> Logits(LayerBatch<T> batch) => new()
    {
        Logits = Near.Rounded<T>(LinearOracle.Logits(
            Near.Doubles<T>(batch.Hidden),
            Near.Doubles<T>(batch.Weights),
            batch.Bias is null ? null : Near.Doubles<T>(batch.Bias),
            batch.Rows,
            batch.Classes,
            batch.Features)),
        Classes = batch.Classes,
        Targets = batch.Targets,
        Options = batch.Options,
    };
}

public sealed class RanksOfTargetsInFloat : RanksOfTargets<float>;

public sealed class RanksOfTargetsInDouble : RanksOfTargets<double>;
