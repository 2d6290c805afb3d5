using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>What <see cref="LabeledBatch{T}.RowIndices"/> mean: which rows are read, and where their results go.</summary>
public abstract class RowIndexMeaning<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Classes = 7;
    private const int Features = 5;

    /// <summary>Few rows and tiles.</summary>
    public static readonly TheoryData<int> Sizes = [3, 20];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void NoIndicesAreAllRowsInOrder(int rows)
    {
        LayerBatch<T> batch = Batch(rows);
        LayerOutcome<T> all = batch.Run();

        Exactly.SameBits(all, (batch with { RowIndices = [] }).Run(), "of no indices");
        Exactly.SameBits(all, (batch with { RowIndices = [.. Enumerable.Range(0, rows)] }).Run(), "of all indices");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void ARowThatComesTwiceHasItsResultsTwice(int rows)
    {
        LayerBatch<T> batch = Batch(rows) with { Options = new() { Reduction = Reduction.Sum } };
        int[] twice = [.. Enumerable.Range(0, rows), .. Enumerable.Range(0, rows).Reverse()];

        LayerOutcome<T> once = batch.Run(), outcome = (batch with { RowIndices = twice }).Run();

        LayerComparison.Compare((batch with { RowIndices = twice }).Copied(), outcome);
        Assert.Equal(2 * once.Result.Rows, outcome.Result.Rows);
        Assert.Equal(2 * once.Result.Correct, outcome.Result.Correct);
        for (int i = 0; i < twice.Length; i++)
        {
            int again = twice.Length - 1 - i;
            Exactly.SameBits<T>(Row(outcome.Hidden, i), Row(outcome.Hidden, again), $"dL/dH of indices {i} and {again}");
            Exactly.SameBits<T>([outcome.Rows.Losses[i]], [outcome.Rows.Losses[again]], $"losses of indices {i} and {again}");
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void RowsThatNoIndexNamesAreNotRead(int rows)
    {
        LayerBatch<T> batch = Batch(rows) with { RowIndices = [.. Enumerable.Range(0, rows).Where(row => row % 2 == 0)] };
        LayerOutcome<T> expected = batch.Run();
        for (int row = 1; row < rows; row += 2)
        {
            batch.Targets![row] = int.MaxValue;
            batch.RowWeights![row] = T.NaN;
            Array.Fill(batch.Hidden, T.NaN, row * Features, Features);
        }

        Exactly.SameBits(expected, batch.Run(), "with wild rows between");
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void IgnoredRowsAreIgnoredEachTime(int rows)
    {
        LayerBatch<T> batch = Batch(rows);
        batch.Targets![1] = batch.Options.IgnoreIndex;
        Array.Fill(batch.Hidden, T.NaN, Features, Features);
        int[] picked = [1, .. Enumerable.Range(2, rows - 2), 1, 0];

        LayerOutcome<T> outcome = (batch with { RowIndices = picked }).Run(before: 3);
        LayerOutcome<T> others = (batch with { RowIndices = [.. picked.Where(row => row != 1)] }).Run(before: 3);

        Assert.Equal(others.Result, outcome.Result);
        Exactly.SameBits<T>(others.Weights, outcome.Weights, "dL/dW");
        foreach (int ignored in (int[])[0, picked.Length - 2])
        {
            Assert.All(Row(outcome.Hidden, ignored), slope => Assert.Equal(T.Zero, slope));
            Assert.Equal((T.Zero, -1), (outcome.Rows.Losses[ignored], outcome.Rows.Predictions[ignored]));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void OnlyIgnoredRowsGiveZeros(int rows)
    {
        LayerBatch<T> batch = Batch(rows) with { RowIndices = [1, 1] };
        batch.Targets![1] = batch.Options.IgnoreIndex;

        LayerOutcome<T> outcome = batch.Run(before: 3);

        Assert.Equal(0, outcome.Result.Rows);
        Assert.All(outcome.Hidden.Concat(outcome.Weights), slope => Assert.Equal(T.Zero, slope));
        Assert.Equal([-1, -1], outcome.Rows.Predictions);
    }

    /// <summary>The set may be as large as it likes.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void TheWorkspaceIsThatOfTheIndices(int rows)
    {
        LayerBatch<T> set = Batch(5_000);
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        long bytes = LinearCrossEntropy.WorkspaceBytes<T>(rows, Features, Classes, options);
        Assert.True(bytes < LinearCrossEntropy.WorkspaceBytes<T>(set.Rows, Features, Classes, options));
        LayerBatch<T> batch = set with
        {
            RowIndices = new RandomBatches(rows).RowIndices(rows, set.Rows),
            Options = options with { MaxWorkspaceBytes = bytes },
        };

        LayerComparison.Compare(batch.Copied(), batch.Run());
    }

    private static T[] Row(T[] matrix, int row) => matrix[(row * Features)..((row + 1) * Features)];

    private static LayerBatch<T> Batch(int rows)
    {
        RandomBatches random = new(rows);
        return new()
        {
            Features = Features,
            Hidden = random.Grid<T>(rows * Features, 1 / 8.0, 2),
            Weights = random.Grid<T>(Classes * Features, 1 / 8.0, 2),
            Bias = random.Grid<T>(Classes, 1 / 8.0, 2),
            Targets = [.. Enumerable.Range(0, rows).Select(row => row * 5 % Classes)],
            RowWeights = [.. Enumerable.Range(1, rows).Select(row => T.CreateChecked(row % 4))],
        };
    }
}

public sealed class RowIndexMeaningInFloat : RowIndexMeaning<float>;

public sealed class RowIndexMeaningInDouble : RowIndexMeaning<double>;
