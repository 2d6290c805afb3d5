using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// A valid call on a shard: classes 1 and 2 of 4, 3 rows of 2 features. States are seen as the three numbers that they are made of, and the
/// rest that they carry.
/// </summary>
public sealed class ShardCall<T> : CallMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ShardCall()
    {
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[
            ("weights", 4), ("bias", 2), ("hidden", 6), ("rowWeights", 3), ("targetProbabilities", 12),
            ("states", 3 * StateLength), ("merged", 3 * StateLength), ("squaredNorms", 3 * NormLength),
            ("gradients.Hidden", 6), ("gradients.Weights", 4), ("gradients.Bias", 2), ("hiddenGradient", 6)])
        {
            Resize(name, length);
        }

        (Targets, Predictions, SoftRows) = (new int[] { 1, -100, 3 }, default(int[]), 3);
    }

    /// <summary>A state in numbers of type T.</summary>
    internal static unsafe int StateLength => sizeof(SoftmaxState<T>) / sizeof(T);

    /// <summary>A squared norm in numbers of type T.</summary>
    internal static unsafe int NormLength => sizeof(SquaredNorm) / sizeof(T);

    public ShardMethod Method { get; set; }
    public int FirstClass { get; set; } = 1;
    public int Classes { get; set; } = 4;

    public override IReadOnlyList<string> Outputs => Method switch
    {
        ShardMethod.Forward => ["states"],
        ShardMethod.SquaredNorms => ["squaredNorms"],
        ShardMethod.Backward => ["gradients.Hidden", "gradients.Weights", "gradients.Bias"],
        _ => ["weights", "bias", "hiddenGradient"],
    };

    public override IReadOnlyList<string> Inputs => Method switch
    {
        ShardMethod.Forward => ["weights", "bias", "hidden"],
        ShardMethod.SquaredNorms => ["weights", "bias", "hidden", "rowWeights", "merged"],
        ShardMethod.Backward => ["weights", "bias", "hidden", "rowWeights", "merged", "squaredNorms"],
        _ => ["hidden", "rowWeights", "merged", "squaredNorms"],
    };

    public override void Run()
    {
        OutputLayer<T> shard = new(this["weights"].Span, this["bias"].Span);
        ReadOnlySpan<T> hidden = this["hidden"].Span, rowWeights = this["rowWeights"].Span;
        LabeledBatch<T> batch = IsSoft
            ? new(hidden, this["targetProbabilities"].Span, SoftRows) { RowWeights = rowWeights, RowIndices = RowIndices.Span }
            : new(hidden, Targets.Span) { RowWeights = rowWeights, RowIndices = RowIndices.Span };
        if (Method == ShardMethod.Forward)
        {
            LinearCrossEntropy.ShardForward(shard, batch, FirstClass, Classes, States("states"), Options);
            return;
        }

        Span<SquaredNorm> squaredNorms = MemoryMarshal.Cast<T, SquaredNorm>(this["squaredNorms"].Span);
        if (Method == ShardMethod.SquaredNorms)
        {
            LinearCrossEntropy.ShardSquaredNorms(shard, batch, FirstClass, Classes, States("merged"), squaredNorms, Options);
            return;
        }

        if (Method == ShardMethod.Step)
        {
            RecordingUpdate<T> update = new(this["weights"].Length + this["bias"].Length);
            LinearCrossEntropy.ShardStep(
                this["weights"].Span,
                this["bias"].Span,
                batch,
                FirstClass,
                Classes,
                States("merged"),
                update,
                this["hiddenGradient"].Span,
                Options,
                squaredNorms);
            return;
        }

        OutputGradients<T> gradients = new()
        {
            Hidden = this["gradients.Hidden"].Span,
            Weights = this["gradients.Weights"].Span,
            Bias = this["gradients.Bias"].Span,
        };
        LinearCrossEntropy.ShardBackward(shard, batch, FirstClass, Classes, States("merged"), gradients, Options, squaredNorms);
    }

    private Span<SoftmaxState<T>> States(string name) => MemoryMarshal.Cast<T, SoftmaxState<T>>(this[name].Span);
}

public enum ShardMethod
{
    Forward,
    SquaredNorms,
    Backward,
    Step,
}
