using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>A valid call of <see cref="LinearCrossEntropy"/>, 3 rows of 2 features and 4 classes, with every output asked for.</summary>
public sealed class LayerCall<T> : CallMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LayerCall()
    {
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[
            ("weights", 8), ("bias", 4), ("hidden", 6), ("rowWeights", 3), ("targetProbabilities", 12),
            ("gradients.Hidden", 6), ("gradients.Weights", 8), ("gradients.Bias", 4),
            ("rows.Losses", 3), ("rows.LogSumExp", 3), ("rows.GradientNorms", 3), ("rows.Entropies", 3)])
        {
            Resize(name, length);
        }

        (Targets, Predictions, SoftRows) = (new int[] { 1, -100, 3 }, new int[] { 77, 78, 79 }, 3);
        TargetRanks = new int[] { 87, 88, 89 };
    }

    public LayerMethod Method { get; set; }

    /// <summary>How weights and hidden vectors are handed over; in 16 bits they are copies.</summary>
    public StoredFormat Format { get; set; }

    public override IReadOnlyList<string> Outputs => Method switch
    {
        LayerMethod.Loss => ["rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies"],
        LayerMethod.FiveSpans => ["gradients.Hidden", "gradients.Weights"],
        _ =>
        [
            "gradients.Hidden", "gradients.Weights", "gradients.Bias",
            "rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies",
        ],
    };

    public override IReadOnlyList<string> Inputs => (Method, IsSoft) switch
    {
        (LayerMethod.FiveSpans, _) => ["weights", "hidden"],
        (_, false) => ["weights", "bias", "hidden", "rowWeights"],
        (_, true) => ["weights", "bias", "hidden", "rowWeights", "targetProbabilities"],
    };

    public override void Run()
    {
        ReadOnlySpan<T> weights = this["weights"].Span, hidden = this["hidden"].Span, soft = this["targetProbabilities"].Span;
        ReadOnlySpan<byte> weightBytes = StoredNumbers.Bytes(Format, weights), hiddenBytes = StoredNumbers.Bytes(Format, hidden);
        OutputLayer<T> layer = StoredNumbers.Layer<T>(Format, weightBytes, this["bias"].Span);
        LabeledBatch<T> batch = IsSoft
            ? StoredNumbers.Batch(Format, hiddenBytes, soft, SoftRows)
            : StoredNumbers.Batch<T>(Format, hiddenBytes, Targets.Span);
        batch = batch with { RowWeights = this["rowWeights"].Span, RowIndices = RowIndices.Span };
        Span<T> hiddenGradient = this["gradients.Hidden"].Span, weightGradient = this["gradients.Weights"].Span;
        OutputGradients<T> gradients =
            new OutputGradients<T> { Hidden = hiddenGradient, Weights = weightGradient, Bias = this["gradients.Bias"].Span };
        _ = Method switch
        {
            LayerMethod.Loss => LinearCrossEntropy.Loss(layer, batch, Options, Results),
            LayerMethod.FiveSpans =>
                LinearCrossEntropy.LossAndGradient(hidden, weights, Targets.Span, hiddenGradient, weightGradient, Options),
            _ => LinearCrossEntropy.LossAndGradient(layer, batch, gradients, Options, Results),
        };
    }
}

public enum LayerMethod
{
    LossAndGradient,
    Loss,
    FiveSpans,
}
