using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>All results that a call gives for single rows. Of soft targets there are no ranks, and none is asked for.</summary>
public sealed record RowOutcome<T>(
    T[] Losses, T[] LogSumExp, T[] GradientNorms, int[] Predictions, T[] Entropies, int[] TargetRanks)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Unwritten = -2;

    /// <summary>Room for so many rows; what a call does not write stays NaN, and an integer -2.</summary>
    public RowOutcome(int rows, bool hasRanks)
        : this(
            Fill(rows, T.NaN),
            Fill(rows, T.NaN),
            Fill(rows, T.NaN),
            Fill(rows, Unwritten),
            Fill(rows, T.NaN),
            Fill(hasRanks ? rows : 0, Unwritten))
    {
    }

    public RowResults<T> Destination => new()
    {
        Losses = Losses,
        LogSumExp = LogSumExp,
        GradientNorms = GradientNorms,
        Predictions = Predictions,
        Entropies = Entropies,
        TargetRanks = TargetRanks,
    };

    public (T Loss, T LogSumExp, int Prediction, T GradientNorm) Of(int row) =>
        (Losses[row], LogSumExp[row], Predictions[row], GradientNorms[row]);

    /// <summary>The results of the rows named, in that order.</summary>
    public RowOutcome<T> Taken(int[] rows) => new(
        Taken(Losses, rows),
        Taken(LogSumExp, rows),
        Taken(GradientNorms, rows),
        Taken(Predictions, rows),
        Taken(Entropies, rows),
        TargetRanks.Length == 0 ? [] : Taken(TargetRanks, rows));

    private static TItem[] Taken<TItem>(TItem[] items, int[] rows) => Array.ConvertAll(rows, row => items[row]);

    private static TItem[] Fill<TItem>(int rows, TItem item)
    {
        TItem[] items = new TItem[rows];
        Array.Fill(items, item);
        return items;
    }
}
