using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>What <see cref="LinearSoftmax"/> makes of a batch: all rows' probabilities in both forms, and their first classes.</summary>
public sealed record SoftmaxOutcome<T>(T[] LogProbabilities, T[] Probabilities, int[] TopClasses, T[] TopLogProbabilities)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Unwritten = -2;

    /// <summary>Room for so many; what a call does not write stays NaN, and a class -2.</summary>
    public SoftmaxOutcome(int rows, int classes, int top)
        : this(new T[rows * classes], new T[rows * classes], new int[rows * top], new T[rows * top])
    {
        Array.Fill(LogProbabilities, T.NaN);
        Array.Fill(Probabilities, T.NaN);
        Array.Fill(TopClasses, Unwritten);
        Array.Fill(TopLogProbabilities, T.NaN);
    }

    /// <summary>The results of some of so many rows.</summary>
    public SoftmaxOutcome<T> Taken(int[] taken, int rows)
    {
        return new(Of(LogProbabilities), Of(Probabilities), Of(TopClasses), Of(TopLogProbabilities));

        TItem[] Of<TItem>(TItem[] items)
        {
            int columns = items.Length / rows;
            return [.. taken.SelectMany(row => items[(row * columns)..((row + 1) * columns)])];
        }
    }
}

/// <summary>The softmax of a <see cref="LayerBatch{T}"/>, whose targets do not matter.</summary>
public static class LayerSoftmax
{
    /// <summary>Asks for everything, in three calls.</summary>
    /// <param name="batch">The layer, its hidden vectors and the options.</param>
    /// <param name="top">How many classes of each row.</param>
    public static SoftmaxOutcome<T> Softmax<T>(this LayerBatch<T> batch, int top)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = batch.Rows;
        SoftmaxOutcome<T> outcome = new(rows, batch.Classes, top);
        OutputLayer<T> layer = batch.Layer();
        LinearSoftmax.LogProbabilities(layer, batch.Hidden, rows, outcome.LogProbabilities, batch.Options);
        LinearSoftmax.Probabilities(layer, batch.Hidden, rows, outcome.Probabilities, batch.Options);
        LinearSoftmax.TopK(layer, batch.Hidden, rows, outcome.TopClasses, outcome.TopLogProbabilities, batch.Options);
        return outcome;
    }

    /// <summary>The same rows with these targets, in place of any others, and no weight but the logits' own.</summary>
    public static LayerBatch<T> Aimed<T>(this LayerBatch<T> batch, params int[] targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => batch with
        {
            Targets = targets,
            SoftTargets = null,
            RowWeights = null,
            Options = batch.Options with { LabelSmoothing = 0, ClassWeights = default, ZLoss = 0, IgnoreIndex = -100, Normalizer = null },
        };

    /// <summary>Loss and results per row alone.</summary>
    public static RowOutcome<T> ForwardRows<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowOutcome<T> rows = batch.RowOutcome();
        LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Options, rows.Destination);
        return rows;
    }
}
