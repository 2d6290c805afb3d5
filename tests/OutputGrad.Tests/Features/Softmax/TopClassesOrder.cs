using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Softmax;

/// <summary>
/// <see cref="LinearSoftmax.TopK"/> gives the first classes of each row in their order, exactly, with the very bits of <see
/// cref="LinearSoftmax.LogProbabilities"/>.
/// </summary>
public abstract class TopClassesOrder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] ClassCounts = [1, 2, 7, 8, 9, 17, 64, 511, 512, 513, 1_023, 1_024, 1_025, 1_540];

    /// <summary>Logits are small integers, of which many classes have the same; all row counts of both ways of working.</summary>
    [Fact]
    public void TiesAtEveryRowCountAndBlockEdge()
    {
        for (int rows = 1; rows <= 40; rows++)
        {
            for (int i = rows % 3; i < ClassCounts.Length; i += 3)
            {
                LayerBatch<T> batch = new RandomBatches((rows * 64) + i).TiedLayer<T>(rows, ClassCounts[i], 1 + (rows % 4))
                    .Aimed(new int[rows]);
                double[][] logits = [.. batch.Oracle().Details.Select(row => row!.Logits)];
                CheckEveryCount(batch, logits, $"{batch.Shape}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ways.Layers), MemberType = typeof(Ways))]
    public void NaNsInfinitiesAndMaskedClasses(Way way)
    {
        foreach (int classes in way == Way.Recomputed ? (int[])[Ways.ManyClasses] : [1, 2, 5, 40, 512, 513, 1_100])
        {
            for (int kind = 0; kind < OddLogits.Kinds; kind++)
            {
                T[] logits = OddLogits.Row<T>(kind, classes, seed: classes + kind);
                LayerBatch<T> batch = new SharedLogits<T> { Logits = logits, Targets = [0] }.Layer(way);
                double[][] rows = [.. Enumerable.Repeat(Near.Doubles<T>(logits), batch.Rows)];
                CheckEveryCount(batch, rows, $"{way}, kind {kind}, {classes} classes");
            }
        }
    }

    /// <summary>In rising order every class is larger than all that are listed, and in falling order none is.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void RisingAndFallingLogits(int rows)
    {
        foreach (int classes in (int[])[5, 600, 1_700])
        {
            foreach (int sign in (int[])[1, -1])
            {
                T[] logits = [.. Enumerable.Range(0, classes).Select(c => T.CreateChecked(sign * c / 64.0))];
                LayerBatch<T> batch = new SharedLogits<T> { Logits = logits, Targets = [0], RowCount = rows }.Layer(Way.Tiles);
                double[][] all = [.. Enumerable.Repeat(Near.Doubles<T>(logits), rows)];
                CheckEveryCount(batch, all, $"{rows} rows, {classes} classes, {(sign > 0 ? "rising" : "falling")}");
            }
        }
    }

    /// <summary>Blocks are offered in any order then, and two threads may have classes for the same row.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void FromSeveralThreadsAtOnce(int threads)
    {
        foreach ((int rows, int features) in ((int, int)[])[(4, 900), (40, 90)])
        {
            RandomBatches random = new(rows);
            LayerBatch<T> batch = new LayerBatch<T>
            {
                Features = features,
                Hidden = random.Grid<T>(rows * features, 1, 1),
                Weights = random.Grid<T>(9_000 * features, 1, 1),
                Options = new() { MaxDegreeOfParallelism = 1 },
            }.Aimed(new int[rows]);
            SoftmaxOutcome<T> expected = batch.Softmax(top: 50);
            batch = batch with { Options = new() { MaxDegreeOfParallelism = threads } };
            for (int i = 0; i < 5; i++)
            {
                Exactly.SameBits(expected, batch.Softmax(top: 50), $"on {threads} threads");
            }
        }
    }

    /// <summary>Which and how many are asked for changes none of them.</summary>
    private static void CheckEveryCount(LayerBatch<T> batch, double[][] logits, string what)
    {
        (int rows, int classes) = (batch.Rows, batch.Classes);
        int[][] orders = Array.ConvertAll(logits, Ranking.Of);
        T[] all = batch.Softmax(top: 0).LogProbabilities;
        foreach (int top in ((int[])[1, 2, 3, 10, classes / 2, classes - 1, classes]).Where(top => top >= 1 && top <= classes).Distinct())
        {
            int[] listed = new int[rows * top];
            T[] logarithms = new T[rows * top];
            LinearSoftmax.TopK(batch.Layer(), batch.Hidden, rows, listed, logarithms, batch.Options);
            for (int n = 0; n < rows; n++)
            {
                string where = $"{what}, the first {top} of row {n}";
                Exactly.SameBits<int>(orders[n].AsSpan(0, top), listed.AsSpan(n * top, top), where);
                Exactly.SameBits<T>(
                    [.. orders[n][..top].Select(c => all[(n * classes) + c])], logarithms.AsSpan(n * top, top), $"log p, {where}");
            }
        }
    }
}

public sealed class TopClassesOrderInFloat : TopClassesOrder<float>;

public sealed class TopClassesOrderInDouble : TopClassesOrder<double>;
