using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>A layer and a batch for it.</summary>
public sealed record LayerBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T[] Hidden { get; init; }
    public required T[] Weights { get; init; }

    /// <summary>Or null for a layer without bias.</summary>
    public T[]? Bias { get; init; }
    public required int Features { get; init; }

    /// <summary>Class indices, or null where <see cref="SoftTargets"/> are given.</summary>
    public int[]? Targets { get; init; }
    public T[]? SoftTargets { get; init; }
    public T[]? RowWeights { get; init; }

    /// <summary>Which of the rows are run, or null or none for all in order.</summary>
    public int[]? RowIndices { get; init; }
    public CrossEntropyOptions Options { get; init; } = new();

    /// <summary>How the library gets the weights, which the format holds exactly.</summary>
    public StoredFormat WeightFormat { get; init; }

    /// <summary>The same of the hidden vectors.</summary>
    public StoredFormat HiddenFormat { get; init; }

    public int Classes => Weights.Length / Features;

    /// <summary>The rows that there are. (Soft targets may speak of more classes, where these are a shard.)</summary>
    public int Rows => Targets?.Length ?? (Hidden.Length / Features);

    /// <summary>The rows that are run.</summary>
    public int SelectedRows => RowIndices is null or [] ? Rows : RowIndices.Length;

    public string Shape => $"{Rows} rows x {Classes} classes x {Features} features, {(Bias is null ? "no " : "")}bias";

    /// <summary>In these formats, and all numbers what they make of them.</summary>
    public LayerBatch<T> Stored(StoredFormat weights, StoredFormat hidden) => this with
    {
        Weights = NarrowNumbers.Rounded(weights, Weights),
        Hidden = NarrowNumbers.Rounded(hidden, Hidden),
        WeightFormat = weights,
        HiddenFormat = hidden,
    };

    /// <summary>The same numbers as T.</summary>
    public LayerBatch<T> Widened() => this with { WeightFormat = StoredFormat.Full, HiddenFormat = StoredFormat.Full };

    /// <summary>The same without a gradient filter.</summary>
    public LayerBatch<T> Unfiltered() => Filtered(0, 0);

    /// <summary>With these thresholds.</summary>
    public LayerBatch<T> Filtered(double hidden, double weights) =>
        this with { Options = Options with { HiddenFilterThreshold = hidden, WeightFilterThreshold = weights } };

    /// <summary>The rows that are run, copied out of the others.</summary>
    public LayerBatch<T> Copied() => RowIndices is null or [] ? this : this with
    {
        Hidden = Taken(Hidden, Features),
        Targets = Targets is null ? null : Taken(Targets, 1),
        SoftTargets = SoftTargets is null ? null : Taken(SoftTargets, Classes),
        RowWeights = RowWeights is null ? null : Taken(RowWeights, 1),
        RowIndices = null,
    };

    public CrossEntropyOracle Oracle() => new(
        LinearOracle.Logits(
            Near.Doubles<T>(Hidden), Near.Doubles<T>(Weights), Bias is null ? null : Near.Doubles<T>(Bias), Rows, Classes, Features),
        Classes,
        Targets,
        SoftTargets is null ? null : Near.Doubles<T>(SoftTargets),
        Options,
        RowWeights is null ? null : Near.Doubles<T>(RowWeights));

    /// <summary>The batch as the library takes it.</summary>
    public LabeledBatch<T> Labeled()
    {
        ReadOnlySpan<byte> hidden = StoredNumbers.Bytes<T>(HiddenFormat, Hidden);
        LabeledBatch<T> batch = Targets is { } targets
            ? StoredNumbers.Batch<T>(HiddenFormat, hidden, targets)
            : StoredNumbers.Batch<T>(HiddenFormat, hidden, SoftTargets!, Rows);
        return batch with { RowWeights = RowWeights, RowIndices = RowIndices };
    }

    /// <summary>
    /// Asks the library for everything. With accumulation, into gradients that hold <paramref name="before"/> everywhere.
    /// </summary>
    public LayerOutcome<T> Run(double before = 0)
    {
        LayerOutcome<T> outcome = Outcome(before);
        return outcome with
        {
            Result = LinearCrossEntropy.LossAndGradient(Layer(), Labeled(), outcome.Gradients(), Options, outcome.Rows.Destination),
        };
    }

    public OutputLayer<T> Layer() => StoredNumbers.Layer<T>(WeightFormat, StoredNumbers.Bytes<T>(WeightFormat, Weights), Bias);

    /// <summary>Room for the results per row.</summary>
    public RowOutcome<T> RowOutcome() => new(SelectedRows, hasRanks: Targets is not null);

    /// <summary>Room for everything, with <paramref name="before"/> in all gradients.</summary>
    public LayerOutcome<T> Outcome(double before)
    {
        LayerOutcome<T> outcome = new(
            default, new T[SelectedRows * Features], new T[Weights.Length], new T[Classes], RowOutcome());
        outcome.Hidden.AsSpan().Fill(T.CreateChecked(before));
        outcome.Weights.AsSpan().Fill(T.CreateChecked(before));
        outcome.Bias.AsSpan().Fill(T.CreateChecked(before));
        return outcome;
    }

    private TItem[] Taken<TItem>(TItem[] items, int columns) =>
        [.. RowIndices!.SelectMany(row => items[(row * columns)..((row + 1) * columns)])];
}
