using System.Numerics;
using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Fuzz.Targets;

/// <summary>
/// Calls with a few arguments that are wrong or odd: they do, or they are refused with a documented exception and nothing has been written.
/// </summary>
internal sealed class MisuseTarget : FuzzTarget
{
    private const int Unwritten = -77;

    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        int entry = input.Below(13);
        bool overlaps = input.OneIn(8);
        int[] changes = [.. Enumerable.Range(0, 3).Select(_ => input.Below(12))];
        (int lengthChange, int index, int value) = (input.Usually(0, -1, 1, -1_000_000, 64), input.Below(1 << 16), input.Integer());
        double number = input.Usually(input.Of(-1, 0, double.NaN, double.PositiveInfinity, 1e-300, 1e300, -0.0), input.Number());
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input);
        batch = changes.Aggregate(batch, (changed, change) => Changed(changed, change, lengthChange, index, value, number));
        Arguments<T> arguments = new(batch, overlaps);
        try
        {
            arguments.Call(entry, index % 5, Math.Max(value % 3, -1));
        }
        catch (Exception refusal) when (refusal is ArgumentException or NotSupportedException)
        {
            arguments.AssertUnwritten(refusal);
        }
    }

    /// <summary>The batch with one thing different; most changes change nothing.</summary>
    private static LayerBatch<T> Changed<T>(LayerBatch<T> batch, int change, int lengthChange, int index, int value, double number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => change switch
        {
            0 => batch with { Hidden = Resized(batch.Hidden, lengthChange) },
            1 => batch with { Weights = Resized(batch.Weights, lengthChange) },
            2 => batch with { Bias = batch.Bias is null ? null : Resized(batch.Bias, lengthChange) },
            3 => batch with { RowWeights = batch.RowWeights is null ? null : Resized(batch.RowWeights, lengthChange) },
            4 => batch with { Targets = With(batch.Targets, index, value) },
            5 => batch with { RowIndices = With(batch.RowIndices, index, value) },
            6 => batch with { SoftTargets = batch.SoftTargets is null ? null : Resized(batch.SoftTargets, lengthChange) },
            7 => batch with { Options = Changed(batch.Options, index, value, number) },
            8 => batch with { Targets = batch.Targets is null ? null : Resized(batch.Targets, lengthChange) },
            _ => batch,
        };

    private static CrossEntropyOptions Changed(CrossEntropyOptions options, int which, int value, double number) => (which % 12) switch
    {
        0 => options with { LabelSmoothing = number },
        1 => options with { ZLoss = number },
        2 => options with { LogitScale = number },
        3 => options with { LogitSoftcap = number },
        4 => options with { HiddenFilterThreshold = number },
        5 => options with { WeightFilterThreshold = number },
        6 => options with { MaxRowGradientNorm = number },
        7 => options with { Normalizer = number },
        8 => options with { MaxWorkspaceBytes = value },
        9 => options with { MaxDegreeOfParallelism = value },
        10 => options with { Reduction = (Reduction)value },
        _ => options with { ClassWeights = (double[])[number, 1, value] },
    };

    private static TItem[] Resized<TItem>(TItem[] items, int change)
    {
        Array.Resize(ref items, Math.Max(items.Length + change, 0));
        return items;
    }

    private static int[]? With(int[]? items, int index, int value)
    {
        if (items is null or [])
        {
            return items;
        }

        int[] changed = [.. items];
        changed[index % items.Length] = value;
        return changed;
    }

    /// <summary>A call's spans, its results filled with a number that no call writes.</summary>
    private sealed class Arguments<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private static readonly T Mark = T.CreateChecked(Unwritten);

        /// <summary>Of version 1 and scale 0, a sum of squares in two doubles.</summary>
        private static readonly SquaredNorm MarkedNorm =
            SquaredNorm.ReadFrom([1, 0, 0, 0, .. BitConverter.GetBytes((double)-Unwritten), .. BitConverter.GetBytes(0.0)]);

        private readonly LayerBatch<T> _batch;
        private readonly int _classes;
        private readonly T[] _weights;
        private readonly T[] _hiddenGradient;
        private readonly T[] _weightGradient;
        private readonly Memory<T> _biasGradient;
        private readonly T[] _probabilities;
        private readonly T[] _losses;
        private readonly int[] _predictions;
        private readonly SoftmaxState<T>[] _states;
        private readonly SquaredNorm[] _squaredNorms;

        public Arguments(LayerBatch<T> batch, bool overlaps)
        {
            int rows = batch.RowIndices is { Length: > 0 } indices ? indices.Length : batch.Rows;
            (_batch, _classes, _weights) = (batch, batch.Weights.Length / batch.Features, [.. batch.Weights]);
            _hiddenGradient = Filled(rows * batch.Features, Mark);
            _weightGradient = Filled(batch.Weights.Length, Mark);
            _biasGradient = overlaps && _classes <= _weightGradient.Length ? _weightGradient.AsMemory(0, _classes) : Filled(_classes, Mark);
            _probabilities = Filled(rows * _classes, Mark);
            _losses = Filled(rows, Mark);
            _predictions = Filled(rows, Unwritten);
            _states = Filled(rows, new SoftmaxState<T>(Mark, Mark, Mark));
            _squaredNorms = Filled(rows, MarkedNorm);
        }

        public void Call(int entry, int firstClass, int more)
        {
            CrossEntropyOptions options = _batch.Options;
            RowResults<T> rows = new() { Losses = _losses, Predictions = _predictions };
            LabeledBatch<T> labeled = Labeled();
            OutputLayer<T> layer = _batch.Layer();
            OutputGradients<T> gradients = new() { Hidden = _hiddenGradient, Weights = _weightGradient, Bias = _biasGradient.Span };
            switch (entry)
            {
                case 0:
                    LinearCrossEntropy.LossAndGradient(layer, labeled, gradients, options, rows);
                    break;
                case 1:
                    LinearCrossEntropy.Step(_weights, default, labeled, new Sgd<T>(0), _hiddenGradient, options, rows);
                    break;
                case 2:
                    LinearCrossEntropy.ShardForward(layer, labeled, firstClass, _classes + more, _states, options);
                    break;
                case 3:
                    LinearCrossEntropy.ShardBackward(layer, labeled, firstClass, _classes + more, _states, gradients, options);
                    break;
                case 4:
                    LinearSoftmax.TopK(layer, _batch.Hidden, _losses.Length, _predictions, _losses, options);
                    break;
                case 5 when _batch.Targets is { } targets:
                    SoftmaxCrossEntropy.LossAndGradient(_batch.Hidden, targets, _hiddenGradient, options, _batch.RowWeights ?? [], rows);
                    break;
                case 5 when _batch.SoftTargets is { } soft:
                    SoftmaxCrossEntropy.LossAndGradient(
                        _batch.Hidden, soft, _losses.Length, _hiddenGradient, options, _batch.RowWeights ?? [], rows);
                    break;
                case 6:
                    LinearCrossEntropy.ShardStep(
                        _weights, default, labeled, firstClass, _classes + more, _states, new Sgd<T>(0), _hiddenGradient, options);
                    break;
                case 7:
                    LinearCrossEntropy.ShardSquaredNorms(
                        layer, labeled, firstClass, _classes + more, _states, _squaredNorms, options);
                    break;
                case 8:
                    LinearSoftmax.Probabilities(layer, _batch.Hidden, _losses.Length, _probabilities, options);
                    break;
                case 9:
                    LinearSoftmax.LogProbabilities(layer, _batch.Hidden, _losses.Length, _probabilities, options);
                    break;
                case 10:
                    OuterProduct.AddBatch(_probabilities, _batch.Hidden, _losses.Length, _weightGradient, T.One);
                    break;
                case 11:
                    Memory<T> velocity = _weightGradient.AsMemory(Math.Min(firstClass, _weightGradient.Length));
                    LinearCrossEntropy.Step(_weights, default, labeled, new Momentum<T>(0, velocity), _hiddenGradient, options, rows);
                    break;
                default:
                    LinearCrossEntropy.Loss(layer, labeled, options, rows);
                    break;
            }
        }

        public void AssertUnwritten(Exception refusal)
        {
            Assert.True(_weights.AsSpan().SequenceEqual(_batch.Weights) || _weights.Any(T.IsNaN), $"Weights have been written: {refusal}");
            foreach (Memory<T> result in (Memory<T>[])[_hiddenGradient, _weightGradient, _biasGradient, _probabilities, _losses])
            {
                Assert.False(result.Span.ContainsAnyExcept(Mark), $"A result has been written: {refusal}");
            }

            Assert.False(_predictions.AsSpan().ContainsAnyExcept(Unwritten), $"A prediction has been written: {refusal}");
            Assert.All(_states, state => Assert.Equal(Mark, state.Max));
            Assert.All(_squaredNorms, norm => Assert.Equal(MarkedNorm, norm));
        }

        private LabeledBatch<T> Labeled()
        {
            ReadOnlySpan<byte> hidden = StoredNumbers.Bytes<T>(_batch.HiddenFormat, _batch.Hidden);
            LabeledBatch<T> labeled = _batch.Targets is { } targets
                ? StoredNumbers.Batch<T>(_batch.HiddenFormat, hidden, targets)
                : StoredNumbers.Batch<T>(_batch.HiddenFormat, hidden, _batch.SoftTargets!, _losses.Length);
            return labeled with { RowWeights = _batch.RowWeights, RowIndices = _batch.RowIndices };
        }

        private static TItem[] Filled<TItem>(int length, TItem item)
        {
            TItem[] items = new TItem[length];
            Array.Fill(items, item);
            return items;
        }
    }
}
