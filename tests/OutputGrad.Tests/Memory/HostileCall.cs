using System.Numerics;
using OutputGrad.Tests.GuardPages;
using OutputGrad.Tests.Oracle;

namespace OutputGrad.Tests.Memory;

/// <summary>A valid call of every entry point that takes class indices, with everything asked for, on arrays between guard pages.</summary>
internal sealed class HostileCall<T> : IHostileCall
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly HostileArrays<T> _arrays;

    public HostileCall(int rows, int features, int classes, Edge edge) => _arrays = new(rows, features, classes, edge);

    public CrossEntropyOptions Options { get; set; } = new();

    public string Shape => $"{_arrays.Original.Shape} in {typeof(T).Name}";

    public Memory<int> Targets => _arrays.Targets;

    private CrossEntropyOptions ShardOptions => Options with { LabelSmoothing = 0, MaxRowGradientNorm = null };

    public ReadOnlyMemory<double> ClassWeights => _arrays.ClassWeights;

    public long LeastWorkspace(HostileEntryPoint entryPoint)
    {
        LayerBatch<T> batch = _arrays.Original;
        return entryPoint == HostileEntryPoint.Step
            ? Oracle.LeastWorkspace.OfStep(batch with { Options = Options })
            : Oracle.LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, Options);
    }

    public void Restore() => _arrays.Restore();

    public IDisposable Harass() => new HostileThread<T>(
        _arrays.Targets,
        _arrays.Original.Classes,
        Options.IgnoreIndex,
        [_arrays.Hidden, _arrays.Weights, _arrays.Bias, _arrays.Logits, _arrays.RowWeights],
        _arrays.ClassWeights);

    public void Run(HostileEntryPoint entryPoint)
    {
        int classes = _arrays.Original.Classes;
        _ = entryPoint switch
        {
            HostileEntryPoint.SoftmaxLoss =>
                SoftmaxCrossEntropy.Loss(_arrays.Logits.Span, _arrays.Targets.Span, Options, _arrays.RowWeights.Span, _arrays.Rows),
            HostileEntryPoint.SoftmaxLossAndGradient => SoftmaxCrossEntropy.LossAndGradient(
                _arrays.Logits.Span, _arrays.Targets.Span, _arrays.LogitGradient.Span, Options, _arrays.RowWeights.Span, _arrays.Rows),
            HostileEntryPoint.Loss => LinearCrossEntropy.Loss(_arrays.Layer, _arrays.Batch, Options, _arrays.Rows),
            HostileEntryPoint.LossAndGradient =>
                LinearCrossEntropy.LossAndGradient(_arrays.Layer, _arrays.Batch, _arrays.LayerGradients, Options, _arrays.Rows),
            HostileEntryPoint.Step => Step(new AdamW<T>(1e-3, _arrays.FirstMoment, _arrays.SecondMoment, step: 1)),
            HostileEntryPoint.ShardForward => ShardForward(classes),
            _ => LinearCrossEntropy.ShardBackward(
                _arrays.Shard, _arrays.Batch, _arrays.Cut, classes, _arrays.Merged.Span, _arrays.ShardGradients, ShardOptions),
        };
    }

    public CrossEntropyResult Step<TUpdate>(TUpdate update)
        where TUpdate : IWeightUpdate<T> =>
        LinearCrossEntropy.Step(_arrays.Weights.Span, _arrays.Bias.Span, _arrays.Batch, update, _arrays.HiddenGradient.Span, Options, _arrays.Rows);

    public void Dispose() => _arrays.Dispose();

    private CrossEntropyResult ShardForward(int classes)
    {
        LinearCrossEntropy.ShardForward(_arrays.Shard, _arrays.Batch, _arrays.Cut, classes, _arrays.States.Span, ShardOptions);
        return default;
    }
}

/// <summary>The same whatever the numbers' type is.</summary>
internal interface IHostileCall : IDisposable
{
    string Shape { get; }

    CrossEntropyOptions Options { get; set; }

    /// <summary>Memory of the call for class weights, which the options may name.</summary>
    ReadOnlyMemory<double> ClassWeights { get; }

    /// <summary>What an entry point needs with these options.</summary>
    long LeastWorkspace(HostileEntryPoint entryPoint);

    /// <summary>Makes the call valid, whatever has been written into its arrays.</summary>
    void Restore();

    /// <summary>Has a thread write into the call's arrays until it is disposed of.</summary>
    IDisposable Harass();

    void Run(HostileEntryPoint entryPoint);
}

/// <summary>The calls that take class indices.</summary>
public enum HostileEntryPoint
{
    SoftmaxLoss,
    SoftmaxLossAndGradient,
    Loss,
    LossAndGradient,
    Step,
    ShardForward,
    ShardBackward,
}
