using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Bits;

/// <summary>A step on the numbers of a case of gradients: what its update is handed and what it leaves.</summary>
internal sealed record StepBitCase(LayerBitCase Gradient) : BitCase
{
    public override string Name => $"step on {Gradient.Name}";

    public override long Size => Gradient.Size;

    public override int Threads<T>(int most) => Gradient.Threads<T>(most);

    public override BitRun Prepare<T>()
    {
        LayerBitData<T> data = Gradient.Data<T>();
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            Span<T> weights = offsets.Place(data.Weights).Span, bias = offsets.Place(data.Bias).Span;
            Span<T> hiddenGradient = offsets.Place<T>(Gradient.Rows * Gradient.Features).Span;
            RowResults<T> rows = offsets.RowResults<T>(Gradient.Rows);
            RecordingUpdate<T> update = new(weights.Length + bias.Length);
            CrossEntropyOptions options = data.Options with { MaxDegreeOfParallelism = threads, MaxWorkspaceBytes = Gradient.Budget };
            BitHash hash = new();
            hash.Add(LinearCrossEntropy.Step(weights, bias, data.Batch(offsets), update, hiddenGradient, options, rows));
            hash.Add<T>(hiddenGradient);
            hash.Add<T>(update.Gradient);
            hash.Add<T>(weights);
            hash.Add<T>(bias);
            hash.Add(rows);
            return hash.Value;
        };
    }
}
