using System.Numerics;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>A valid call of every entry point that takes class indices, with everything asked for, on arrays between guard pages.</summary>
internal sealed class HostileCall<T> : IHostileCall
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public HostileCall(int rows, int features, int classes, Edge edge) => Arrays = new(rows, features, classes, edge);

    public HostileArrays<T> Arrays { get; }

    public CrossEntropyOptions Options { get; set; } = new();

    public string Shape => $"{Arrays.Original.Shape} in {typeof(T).Name} from {Format}{(HasRowIndices ? " by index" : "")}";

    public StoredFormat Format
    {
        get => Arrays.Format;
        set => Arrays.Format = value;
    }

    public bool HasRowIndices
    {
        get => Arrays.HasRowIndices;
        set => Arrays.HasRowIndices = value;
    }

    public Memory<double> ClassWeights => Arrays.ClassWeights;

    private CrossEntropyOptions ShardOptions => Options with { LabelSmoothing = 0, MaxRowGradientNorm = null };

    public Memory<int> Targets => Arrays.Targets;

    public int Classes => Arrays.Original.Classes;

    public long LeastWorkspace(HostileEntryPoint entryPoint)
    {
        LayerBatch<T> batch = Arrays.Original;
        return entryPoint == HostileEntryPoint.Step
            ? Support.Batches.LeastWorkspace.OfStep(batch with { Options = Options })
            : Support.Batches.LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, Options);
    }

    public void Restore() => Arrays.Restore();

    public IDisposable Harass() => new HostileThread<T>(
        Arrays.Targets,
        Classes,
        Options.IgnoreIndex,
        Arrays.RowIndices,
        [Arrays.Hidden, Arrays.Weights, Arrays.Bias, Arrays.Logits, Arrays.RowWeights],
        [Arrays.NarrowHidden, Arrays.NarrowWeights],
        Arrays.ClassWeights);

    public void Run(HostileEntryPoint entryPoint)
    {
        _ = entryPoint switch
        {
            HostileEntryPoint.SoftmaxLoss =>
                SoftmaxCrossEntropy.Loss(Arrays.Logits.Span, Arrays.Targets.Span, Options, Arrays.RowWeights.Span, Arrays.Rows),
            HostileEntryPoint.SoftmaxLossAndGradient => SoftmaxCrossEntropy.LossAndGradient(
                Arrays.Logits.Span, Arrays.Targets.Span, Arrays.LogitGradient.Span, Options, Arrays.RowWeights.Span, Arrays.Rows),
            HostileEntryPoint.Loss => LinearCrossEntropy.Loss(Arrays.Layer, Arrays.Batch, Options, Arrays.Rows),
            HostileEntryPoint.LossAndGradient =>
                LinearCrossEntropy.LossAndGradient(Arrays.Layer, Arrays.Batch, Arrays.LayerGradients, Options, Arrays.Rows),
            HostileEntryPoint.Step => Step(new AdamW<T>(1e-3, Arrays.FirstMoment, Arrays.SecondMoment, step: 1)),
            HostileEntryPoint.ShardForward => ShardForward(),
            _ => LinearCrossEntropy.ShardBackward(
                Arrays.Shard, Arrays.Batch, Arrays.Cut, Classes, Arrays.Merged.Span, Arrays.ShardGradients, ShardOptions),
        };
    }

    public CrossEntropyResult Step<TUpdate>(TUpdate update)
        where TUpdate : IWeightUpdate<T> => LinearCrossEntropy.Step(
            Arrays.Weights.Span, Arrays.Bias.Span, Arrays.Batch, update, Arrays.HiddenGradient.Span, Options, Arrays.Rows);

    public void Dispose() => Arrays.Dispose();

    private CrossEntropyResult ShardForward()
    {
        LinearCrossEntropy.ShardForward(Arrays.Shard, Arrays.Batch, Arrays.Cut, Classes, Arrays.States.Span, ShardOptions);
        return default;
    }
}

/// <summary>The same whatever the numbers' type is.</summary>
internal interface IHostileCall : IDisposable
{
    string Shape { get; }

    CrossEntropyOptions Options { get; set; }

    /// <summary>Memory of the call for class weights, which the options may name.</summary>
    Memory<double> ClassWeights { get; }

    Memory<int> Targets { get; }

    /// <summary>Whether a layer's rows are picked by index.</summary>
    bool HasRowIndices { get; set; }

    /// <summary>How a layer's numbers are stored, a step's weights apart; takes effect with the next restoring.</summary>
    StoredFormat Format { get; set; }

    int Classes { get; }

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
