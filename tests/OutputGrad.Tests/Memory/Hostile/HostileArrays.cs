using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>All that a call reads or writes, each span between guard pages of its own. Half of the classes are a shard.</summary>
internal sealed class HostileArrays<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GuardedMemory _guarded;

    public HostileArrays(int rows, int features, int classes, Edge edge)
    {
        RandomBatches random = new((rows * 4096) + classes);
        Original = new()
        {
            Features = features,
            Hidden = random.Grid<T>(rows * features, 1 / 8.0, 2),
            Weights = random.Grid<T>(classes * features, 1 / 8.0, 2),
            Bias = random.Grid<T>(classes, 1 / 8.0, 2),
            Targets = [classes - 1, .. random.Targets(rows - 1, classes)],
        };
        _guarded = new(edge);
        Targets = _guarded.Place<int>(Original.Targets);
        RowIndices = _guarded.Place<int>(OriginalIndices());
        Hidden = _guarded.Place<T>(Original.Hidden);
        Weights = _guarded.Place<T>(Original.Weights);
        Bias = _guarded.Place<T>(Original.Bias);
        NarrowHidden = _guarded.Place<ushort>(rows * features);
        NarrowWeights = _guarded.Place<ushort>(classes * features);
        Logits = _guarded.Place<T>(random.Grid<T>(rows * classes, 1 / 8.0, 8));
        RowWeights = _guarded.Place<T>(random.Grid<T>(rows, 1 / 8.0, 2));
        ClassWeights = _guarded.Place<double>(random.Grid<double>(classes, 1 / 8.0, 2));
        Merged = _guarded.Place<SoftmaxState<T>>(new ShardedLayer<T>(Original, classes / 2).Forward().Aggregate(ShardedLayer<T>.Merged));
        States = _guarded.Place<SoftmaxState<T>>(rows);
        LogitGradient = _guarded.Place<T>(rows * classes);
        HiddenGradient = _guarded.Place<T>(rows * features);
        WeightGradient = _guarded.Place<T>(classes * features);
        BiasGradient = _guarded.Place<T>(classes);
        FirstMoment = _guarded.Place<T>(classes * (features + 1));
        SecondMoment = _guarded.Place<T>(classes * (features + 1));
        Losses = _guarded.Place<T>(rows);
        LogSumExp = _guarded.Place<T>(rows);
        GradientNorms = _guarded.Place<T>(rows);
        Predictions = _guarded.Place<int>(rows);
        Entropies = _guarded.Place<T>(rows);
        TargetRanks = _guarded.Place<int>(rows);
    }

    /// <summary>What the call's inputs were at first.</summary>
    public LayerBatch<T> Original { get; }

    /// <summary>The first class of the shard.</summary>
    public int Cut => Original.Classes / 2;

    /// <summary>May be other memory than it was at first.</summary>
    public Memory<int> Targets { get; set; }

    public Memory<int> RowIndices { get; }

    /// <summary>Whether the batch is rows by index.</summary>
    public bool HasRowIndices { get; set; }

    /// <summary>How hidden vectors are stored, and weights but for a step's; the next restoring puts it into effect.</summary>
    public StoredFormat Format { get; set; }

    /// <summary>The bits of the hidden vectors where they are of 16 bits.</summary>
    public Memory<ushort> NarrowHidden { get; }

    /// <summary>The same of the weights.</summary>
    public Memory<ushort> NarrowWeights { get; }
    public Memory<T> Hidden { get; }
    public Memory<T> Weights { get; }
    public Memory<T> Bias { get; }
    public Memory<T> Logits { get; }
    public Memory<T> RowWeights { get; }
    public Memory<double> ClassWeights { get; }
    public Memory<SoftmaxState<T>> Merged { get; }
    public Memory<SoftmaxState<T>> States { get; }
    public Memory<T> LogitGradient { get; }
    public Memory<T> HiddenGradient { get; }
    public Memory<T> FirstMoment { get; }
    public Memory<T> SecondMoment { get; }
    private Memory<T> WeightGradient { get; }
    private Memory<T> BiasGradient { get; }
    private Memory<T> Losses { get; }
    private Memory<T> LogSumExp { get; }
    private Memory<T> GradientNorms { get; }
    private Memory<int> Predictions { get; }
    private Memory<T> Entropies { get; }
    private Memory<int> TargetRanks { get; }

    public OutputLayer<T> Layer => StoredNumbers.Layer<T>(Format, Bytes(Weights, NarrowWeights), Bias.Span);

    public OutputLayer<T> Shard => StoredNumbers.Layer<T>(
        Format, Bytes(Weights[(Cut * Original.Features)..], NarrowWeights[(Cut * Original.Features)..]), Bias.Span[Cut..]);

    public LabeledBatch<T> Batch => StoredNumbers.Batch<T>(Format, Bytes(Hidden, NarrowHidden), Targets.Span) with
    {
        RowWeights = RowWeights.Span,
        RowIndices = HasRowIndices ? RowIndices.Span : default,
    };

    public OutputGradients<T> LayerGradients =>
        new() { Hidden = HiddenGradient.Span, Weights = WeightGradient.Span, Bias = BiasGradient.Span };

    public OutputGradients<T> ShardGradients => new()
    {
        Hidden = HiddenGradient.Span,
        Weights = WeightGradient.Span[(Cut * Original.Features)..],
        Bias = BiasGradient.Span[Cut..],
    };

    public RowResults<T> Rows => new()
    {
        Losses = Losses.Span,
        LogSumExp = LogSumExp.Span,
        GradientNorms = GradientNorms.Span,
        Predictions = Predictions.Span,
        Entropies = Entropies.Span,
        TargetRanks = TargetRanks.Span,
    };

    /// <summary>Targets, indices and parameters as they were at first, as if no step had been made.</summary>
    public void Restore()
    {
        Original.Targets.CopyTo(Targets);
        OriginalIndices().CopyTo(RowIndices);
        Original.Weights.CopyTo(Weights);
        Original.Bias.CopyTo(Bias);
        NarrowNumbers.Bits(Format, Original.Hidden).CopyTo(NarrowHidden);
        NarrowNumbers.Bits(Format, Original.Weights).CopyTo(NarrowWeights);
        FirstMoment.Span.Clear();
        SecondMoment.Span.Clear();
    }

    public void Dispose() => _guarded.Dispose();

    private ReadOnlySpan<byte> Bytes(Memory<T> full, Memory<ushort> narrow) =>
        Format == StoredFormat.Full ? MemoryMarshal.AsBytes(full.Span) : MemoryMarshal.AsBytes(narrow.Span);

    /// <summary>The last row and then any others, some of them twice: as many as there are rows, because results have as many.</summary>
    private int[] OriginalIndices()
    {
        int rows = Original.Rows;
        return [rows - 1, .. new RandomBatches(rows).RowIndices(rows - 1, rows)];
    }
}
