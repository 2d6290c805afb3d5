using System.Numerics;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>A valid call of <see cref="SoftmaxCrossEntropy"/>, 3 rows of 4 classes, with every output asked for.</summary>
public sealed class LogitCall<T> : CallMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LogitCall()
    {
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[
            ("logits", 12), ("rowWeights", 3), ("targetProbabilities", 12),
            ("logitGradient", 12), ("rows.Losses", 3), ("rows.LogSumExp", 3), ("rows.GradientNorms", 3), ("rows.Entropies", 3)])
        {
            Resize(name, length);
        }

        (Targets, Predictions, SoftRows) = (new int[] { 1, -100, 3 }, new int[] { 77, 78, 79 }, 3);
        TargetRanks = new int[] { 87, 88, 89 };
    }

    /// <summary>Whether the gradient is asked for.</summary>
    public bool IsForwardOnly { get; set; }

    public override IReadOnlyList<string> Outputs => IsForwardOnly
        ? ["rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies"]
        : ["logitGradient", "rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies"];

    public override IReadOnlyList<string> Inputs => IsSoft ? ["logits", "rowWeights", "targetProbabilities"] : ["logits", "rowWeights"];

    public override void Run()
    {
        ReadOnlySpan<T> logits = this["logits"].Span, soft = this["targetProbabilities"].Span, rowWeights = this["rowWeights"].Span;
        Span<T> gradient = this["logitGradient"].Span;
        _ = (IsSoft, IsForwardOnly) switch
        {
            (false, false) => SoftmaxCrossEntropy.LossAndGradient(logits, Targets.Span, gradient, Options, rowWeights, Results),
            (false, true) => SoftmaxCrossEntropy.Loss(logits, Targets.Span, Options, rowWeights, Results),
            (true, false) => SoftmaxCrossEntropy.LossAndGradient(logits, soft, SoftRows, gradient, Options, rowWeights, Results),
            (true, true) => SoftmaxCrossEntropy.Loss(logits, soft, SoftRows, Options, rowWeights, Results),
        };
    }
}
