using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>
/// A batch whose rows have the same logits, to the bit on every <see cref="Way"/>: a layer has them as its bias, and weights of 0. So they
/// may be any numbers, and infinite.
/// </summary>
/// <remarks>
/// The hidden vectors have a 1 in the first row's first feature and in the last row's last, and zeros elsewhere: dL/dW then holds the
/// residuals of those two rows as they are.
/// </remarks>
public sealed record SharedLogits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T[] Logits { get; init; }

    /// <summary>The class indices of the rows, over and over; or null where there is a <see cref="SoftTarget"/>.</summary>
    public int[]? Targets { get; init; }

    /// <summary>The same for all rows.</summary>
    public T[]? SoftTarget { get; init; }

    /// <summary>How many rows, where not the way decides.</summary>
    public int? RowCount { get; init; }

    /// <summary>Where shards begin beside the first; none for the second class and the middle.</summary>
    public int[] Cuts { get; init; } = [];

    public CrossEntropyOptions Options { get; init; } = new() { Reduction = Reduction.Sum };

    public int Classes => Logits.Length;

    public int TargetOf(int row) => Targets![row % Targets.Length];

    /// <summary>A row as the oracle has it.</summary>
    public PreciseRow Precise(int row) => SoftTarget is null
        ? new(Near.Doubles<T>(Logits), TargetOf(row), Options)
        : new(Near.Doubles<T>(Logits), Near.Doubles<T>(SoftTarget), Options);

    public SharedOutcome<T> Run(Way way) => way switch
    {
        Way.Logits or Way.LogitsInPlace => RunLogits(way),
        Way.Shards or Way.ShardsBackwards => RunShards(way),
        _ => RunLayer(way),
    };

    public LogitBatch<T> Batch(Way way) => new()
    {
        Logits = Repeated(Logits, Rows(way)),
        Classes = Classes,
        Targets = TargetsOfRows(way),
        SoftTargets = SoftTarget is null ? null : Repeated(SoftTarget, Rows(way)),
        Options = Options,
    };

    public LayerBatch<T> Layer(Way way)
    {
        int rows = Rows(way), features = Math.Min(rows, 2);
        T[] hidden = new T[rows * features];
        (hidden[0], hidden[^1]) = (T.One, T.One);
        LayerBatch<T> batch = new()
        {
            Features = features,
            Hidden = hidden,
            Weights = new T[Classes * features],
            Bias = Logits,
            Targets = TargetsOfRows(way),
            SoftTargets = SoftTarget is null ? null : Repeated(SoftTarget, rows),
            Options = Options,
        };
        return way == Way.Recomputed ? batch.InLittleWorkspace() : batch;
    }

    /// <summary>The states of all shards, merged in the way's order.</summary>
    public SoftmaxState<T>[] Merged(Way way)
    {
        SoftmaxState<T>[][] states = Sharded(way).Forward();
        return (way == Way.Shards ? states : states.Reverse()).Aggregate(ShardedLayer<T>.Merged);
    }

    internal ShardedLayer<T> Sharded(Way way)
    {
        int[] cuts = Cuts.Length > 0 ? Cuts : [1, Classes / 2];
        return new(Layer(way), [.. cuts.Where(cut => cut > 0 && cut < Classes).Distinct()]);
    }

    private static T[] Repeated(T[] row, int rows)
    {
        T[] all = new T[row.Length * rows];
        for (int n = 0; n < rows; n++)
        {
            row.CopyTo(all, n * row.Length);
        }

        return all;
    }

    private int Rows(Way way) => RowCount ?? way.Rows();

    private int[]? TargetsOfRows(Way way) => Targets is null ? null : [.. Enumerable.Range(0, Rows(way)).Select(TargetOf)];

    private SharedOutcome<T> RunLogits(Way way)
    {
        LogitBatch<T> batch = Batch(way);
        LogitOutcome<T> outcome = batch.Outcome();
        T[] gradient = way == Way.LogitsInPlace ? batch.Logits : outcome.Gradient;
        RowResults<T> rows = outcome.Rows.Destination;
        CrossEntropyResult result = batch.Targets is { } targets
            ? SoftmaxCrossEntropy.LossAndGradient(batch.Logits, targets, gradient, Options, rows: rows)
            : SoftmaxCrossEntropy.LossAndGradient(batch.Logits, batch.SoftTargets!, batch.Rows, gradient, Options, rows: rows);
        return new(result, outcome.Rows, gradient[..Classes], gradient[^Classes..]);
    }

    private SharedOutcome<T> RunLayer(Way way)
    {
        LayerOutcome<T> outcome = Layer(way).Run();
        return Shown(outcome, outcome.Rows);
    }

    private SharedOutcome<T> RunShards(Way way)
    {
        SoftmaxState<T>[] merged = Merged(way);
        LayerOutcome<T> outcome = ShardedLayer<T>.Joined(Sharded(way).Backward(merged));
        return Shown(outcome, new(0, hasRanks: false) { LogSumExp = [.. merged.Select(state => state.LogSumExp)] });
    }

    private SharedOutcome<T> Shown(LayerOutcome<T> outcome, RowOutcome<T> rows)
    {
        int features = outcome.Weights.Length / Classes;
        return new(outcome.Result, rows, Column(0), Column(features - 1));

        T[] Column(int feature) => [.. Enumerable.Range(0, Classes).Select(c => outcome.Weights[(c * features) + feature])];
    }
}

/// <summary>What a way made of <see cref="SharedLogits{T}"/>.</summary>
/// <param name="Result">The loss and the counts.</param>
/// <param name="Rows">The results per row and no gradient; of shards log sum exp alone, and else nothing.</param>
/// <param name="First">The residuals of the first row.</param>
/// <param name="Last">The residuals of the last row.</param>
public sealed record SharedOutcome<T>(CrossEntropyResult Result, RowOutcome<T> Rows, T[] First, T[] Last)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
