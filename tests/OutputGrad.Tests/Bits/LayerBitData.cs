using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Bits;

/// <summary>The inputs of a layer's case, and what its gradients hold before.</summary>
internal sealed class LayerBitData<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly (StoredFormat Weights, StoredFormat Hidden) _formats;
    private readonly int _rows;
    private readonly T[] _hidden;
    private readonly int[] _targets;
    private readonly T[] _softTargets;
    private readonly T[] _rowWeights;
    private readonly T[] _before;

    public LayerBitData(
        ulong seed,
        (int Rows, int Features, int Classes) shape,
        LossFeatures loss,
        (StoredFormat Weights, StoredFormat Hidden) formats = default)
    {
        _formats = formats;
        IntegerNumbers numbers = new(seed);
        (_rows, int features, int classes) = shape;
        _hidden = numbers.Signed<T>(_rows * features);
        Weights = Array.ConvertAll(numbers.Signed<T>(classes * features), weight => weight / T.CreateChecked(4));
        Bias = numbers.Signed<T>(loss.HasFlag(LossFeatures.Bias) ? classes : 0);
        _targets = numbers.Targets(_rows, classes, loss.HasFlag(LossFeatures.IgnoredRows) ? -100 : null);
        _softTargets = numbers.Positive<T>(loss.HasFlag(LossFeatures.SoftTargets) ? _rows * classes : 0);
        _rowWeights = numbers.Positive<T>(loss.HasFlag(LossFeatures.RowWeights) ? _rows : 0);
        _before = numbers.Signed<T>(classes * features);
        Options = loss.Options(numbers.Positive<double>(classes));
    }

    public T[] Weights { get; }

    public T[] Bias { get; }

    public CrossEntropyOptions Options { get; }

    /// <summary>The layer of some of the classes.</summary>
    public OutputLayer<T> Layer(Offsets offsets, Range classes)
    {
        (int first, int count) = classes.GetOffsetAndLength(_before.Length / Features);
        return StoredNumbers.Layer<T>(
            _formats.Weights,
            Place(offsets, _formats.Weights, Weights[(first * Features)..((first + count) * Features)]),
            offsets.Place(Bias.Length == 0 ? [] : Bias[first..(first + count)]).Span);
    }

    public LabeledBatch<T> Batch(Offsets offsets)
    {
        ReadOnlySpan<byte> hidden = Place(offsets, _formats.Hidden, _hidden);
        LabeledBatch<T> batch = _softTargets.Length == 0
            ? StoredNumbers.Batch<T>(_formats.Hidden, hidden, offsets.Place(_targets).Span)
            : StoredNumbers.Batch<T>(_formats.Hidden, hidden, offsets.Place(_softTargets).Span, _rows);
        return batch with { RowWeights = offsets.Place(_rowWeights).Span };
    }

    /// <summary>Room for the gradients of some of the classes.</summary>
    public OutputGradients<T> Gradients(Offsets offsets, Range classes)
    {
        (int first, int count) = classes.GetOffsetAndLength(_before.Length / Features);
        return new()
        {
            Hidden = offsets.Place<T>(_hidden.Length).Span,
            Weights = offsets.Place(_before[(first * Features)..((first + count) * Features)]).Span,
            Bias = offsets.Place(_before[first..(first + count)]).Span,
        };
    }

    private int Features => _hidden.Length / _rows;

    /// <summary>The numbers rounded to the format.</summary>
    private static ReadOnlySpan<byte> Place(Offsets offsets, StoredFormat format, T[] numbers) => format == StoredFormat.Full
        ? MemoryMarshal.AsBytes(offsets.Place(numbers).Span)
        : MemoryMarshal.AsBytes(offsets.Place(NarrowNumbers.Bits(format, numbers)).Span);
}
