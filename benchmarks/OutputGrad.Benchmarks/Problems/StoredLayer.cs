using System.Numerics;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>One layer in every format of its weights. They hold the same numbers, so that all results are equal to the last bit.</summary>
internal sealed class StoredLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _targets;
    private readonly ushort[] _bfloat16;
    private readonly Half[] _half;
    private readonly T[] _hiddenGradient;
    private readonly T[] _weightGradient;

    /// <param name="shape">The sizes.</param>
    /// <param name="wantsWeightGradient">Whether there is to be memory for dL/dW, as much as the weights take.</param>
    public StoredLayer(LayerShape shape, bool wantsWeightGradient = false)
    {
        Shape = shape;
        Hidden = LayerProblem<T>.RandomHidden(shape);
        _targets = LayerProblem<T>.RandomTargets(shape);
        Weights = LayerProblem<T>.RandomWeights(shape);
        _bfloat16 = new ushort[Weights.Length];
        _half = new Half[Weights.Length];
        Store();
        _hiddenGradient = new T[Hidden.Length];
        _weightGradient = new T[wantsWeightGradient ? Weights.Length : 0];
        _weightGradient.AsSpan().Fill(T.NaN);   // Its pages are there before anything is timed.
    }

    public LayerShape Shape { get; }

    /// <summary>rows x features.</summary>
    public T[] Hidden { get; }

    /// <summary>classes x features, in full.</summary>
    public T[] Weights { get; }

    public CrossEntropyResult Loss(WeightFormat format, CrossEntropyOptions options) =>
        LinearCrossEntropy.Loss(Layer(format), new LabeledBatch<T>(Hidden, _targets), options);

    public CrossEntropyResult HiddenGradient(WeightFormat format, CrossEntropyOptions options) =>
        LinearCrossEntropy.LossAndGradient(
            Layer(format), new LabeledBatch<T>(Hidden, _targets), new() { Hidden = _hiddenGradient }, options);

    public CrossEntropyResult LossAndGradient(WeightFormat format, CrossEntropyOptions options) =>
        LinearCrossEntropy.LossAndGradient(
            Layer(format),
            new LabeledBatch<T>(Hidden, _targets),
            new() { Hidden = _hiddenGradient, Weights = _weightGradient },
            options);

    public void LogProbabilities(WeightFormat format, Span<T> logProbabilities, CrossEntropyOptions options) =>
        LinearSoftmax.LogProbabilities(Layer(format), Hidden, Shape.Rows, logProbabilities, options);

    /// <summary>Throws unless the loss and dL/dH have the same bits whatever the weights' format.</summary>
    public void RequireSameBits(CrossEntropyOptions options)
    {
        double loss = HiddenGradient(WeightFormat.Full, options).Loss;
        T[] gradient = [.. _hiddenGradient];
        foreach (WeightFormat format in (ReadOnlySpan<WeightFormat>)[WeightFormat.BFloat16, WeightFormat.Half])
        {
            if (HiddenGradient(format, options).Loss != loss || !gradient.AsSpan().SequenceEqual(_hiddenGradient))
            {
                throw new InvalidOperationException($"The results of weights in {format} differ from those of the same numbers in full.");
            }
        }
    }

    private OutputLayer<T> Layer(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => OutputLayer<T>.FromBFloat16(_bfloat16),
        WeightFormat.Half => OutputLayer<T>.FromHalf(_half),
        _ => new OutputLayer<T>(Weights),
    };

    // A whole number up to 255 times a power of two fits the 8 bits of bfloat16's precision, and Half's 11.
    private void Store()
    {
        float scale = MathF.ScaleB(1, 7 - Math.ILogB(LayerProblem<T>.LargestWeight(Shape)));
        for (int i = 0; i < Weights.Length; i++)
        {
            float stored = MathF.Truncate(float.CreateTruncating(Weights[i]) * scale) / scale;
            Weights[i] = T.CreateTruncating(stored);
            _bfloat16[i] = (ushort)(BitConverter.SingleToUInt32Bits(stored) >> 16);
            _half[i] = (Half)stored;
        }
    }
}
