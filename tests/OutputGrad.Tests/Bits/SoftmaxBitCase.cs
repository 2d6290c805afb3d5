namespace OutputGrad.Tests.Bits;

/// <summary>A layer forwards without targets: both forms of all probabilities, and the first classes.</summary>
/// <param name="Layer">The layer; of its loss scale, softcap and bias matter.</param>
/// <param name="Top">How many classes of each row.</param>
internal sealed record SoftmaxBitCase(LayerBitCase Layer, int Top) : BitCase
{
    public override string Name => $"softmax of {Layer.Name}, first {Top}";

    public override long Size => 3 * Layer.Size;

    public override int Threads<T>(int most) => Layer.Threads<T>(most);

    public override BitRun Prepare<T>()
    {
        LayerBitData<T> data = Layer.Data<T>();
        CrossEntropyOptions options = data.Options with { MaxWorkspaceBytes = Layer.Budget };
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            CrossEntropyOptions parallel = options with { MaxDegreeOfParallelism = threads };
            OutputLayer<T> layer = data.Layer(offsets, ..);
            ReadOnlySpan<T> hidden = data.Batch(offsets).Hidden;
            Span<T> logarithms = offsets.Place<T>(Layer.Rows * Layer.Classes).Span, all = offsets.Place<T>(logarithms.Length).Span;
            Span<T> topLogarithms = offsets.Place<T>(Layer.Rows * Top).Span;
            Span<int> classes = offsets.Place<int>(topLogarithms.Length).Span;
            LinearSoftmax.LogProbabilities(layer, hidden, Layer.Rows, logarithms, parallel);
            LinearSoftmax.Probabilities(layer, hidden, Layer.Rows, all, parallel);
            LinearSoftmax.TopK(layer, hidden, Layer.Rows, classes, topLogarithms, parallel);
            BitHash hash = new();
            hash.Add<T>(logarithms);
            hash.Add<T>(all);
            hash.Add(classes);
            hash.Add<T>(topLogarithms);
            return hash.Value;
        };
    }
}
