using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// A valid call of <see cref="LinearCrossEntropy.Step"/>, 3 rows of 2 features and 4 classes, with every output asked for: 12 parameters.
/// </summary>
public sealed class StepCall<T> : CallMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public StepCall()
    {
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[
            ("weights", 8), ("bias", 4), ("hidden", 6), ("rowWeights", 3), ("targetProbabilities", 12), ("hiddenGradient", 6),
            ("rows.Losses", 3), ("rows.LogSumExp", 3), ("rows.GradientNorms", 3), ("rows.Entropies", 3),
            ("velocity", 12), ("firstMoment", 12), ("secondMoment", 12)])
        {
            Resize(name, length);
        }

        (Targets, Predictions, SoftRows) = (new int[] { 1, -100, 3 }, new int[] { 77, 78, 79 }, 3);
        TargetRanks = new int[] { 87, 88, 89 };
    }

    public OptimizerKind Optimizer { get; set; }

    /// <summary>How hidden vectors are handed over; in 16 bits they are copies.</summary>
    public StoredFormat HiddenFormat { get; set; }

    public override IReadOnlyList<string> Outputs =>
        ["weights", "bias", "hiddenGradient", "rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies", .. State];

    public override IReadOnlyList<string> Inputs => IsSoft ? ["hidden", "rowWeights", "targetProbabilities"] : ["hidden", "rowWeights"];

    /// <summary>The names of what the optimizer remembers.</summary>
    public IReadOnlyList<string> State => Optimizer switch
    {
        OptimizerKind.Momentum => ["velocity"],
        OptimizerKind.AdamW => ["firstMoment", "secondMoment"],
        _ => [],
    };

    public override void Run()
    {
        switch (Optimizer)
        {
            case OptimizerKind.Momentum:
                Run(new Momentum<T>(.1, this["velocity"]));
                break;
            case OptimizerKind.AdamW:
                Run(new AdamW<T>(.1, this["firstMoment"], this["secondMoment"], step: 1));
                break;
            default:
                Run(new RecordingUpdate<T>(this["weights"].Length + this["bias"].Length));
                break;
        }
    }

    private void Run<TUpdate>(TUpdate update)
        where TUpdate : IWeightUpdate<T>
    {
        ReadOnlySpan<byte> hidden = StoredNumbers.Bytes<T>(HiddenFormat, this["hidden"].Span);
        LabeledBatch<T> batch = IsSoft
            ? StoredNumbers.Batch<T>(HiddenFormat, hidden, this["targetProbabilities"].Span, SoftRows)
            : StoredNumbers.Batch<T>(HiddenFormat, hidden, Targets.Span);
        batch = batch with { RowWeights = this["rowWeights"].Span, RowIndices = RowIndices.Span };
        LinearCrossEntropy.Step(this["weights"].Span, this["bias"].Span, batch, update, this["hiddenGradient"].Span, Options, Results);
    }
}

public enum OptimizerKind
{
    /// <summary>One that remembers nothing of the parameters.</summary>
    WithoutState,
    Momentum,
    AdamW,
}
