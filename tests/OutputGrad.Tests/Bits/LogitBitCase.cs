using OutputGrad.Engine.Work;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Bits;

/// <summary>Softmax cross-entropy from logits, with everything it can be asked for.</summary>
internal sealed record LogitBitCase(int Rows, int Classes, LossFeatures Loss) : BitCase
{
    /// <summary>Whether entropies and the targets' ranks are asked for too, which soft targets have none of.</summary>
    public bool HasRanks { get; init; }

    public override string Name =>
        $"logits {Rows}x{Classes} {Loss}".Replace(", ", "+", StringComparison.Ordinal) + (HasRanks ? " with ranks" : "");

    public override long Size => (long)Rows * Classes;

    /// <summary>One per 2^17 logits.</summary>
    public override int Threads<T>(int most) => Workers.HowMany(Size >> 17, most);

    public override BitRun Prepare<T>()
    {
        IntegerNumbers numbers = new(Seed);
        T[] logits = Array.ConvertAll(numbers.Signed<T>(Rows * Classes), logit => logit * T.CreateChecked(8));
        int[] targets = numbers.Targets(Rows, Classes, Loss.HasFlag(LossFeatures.IgnoredRows) ? -100 : null);
        T[] softTargets = numbers.Positive<T>(Loss.HasFlag(LossFeatures.SoftTargets) ? Rows * Classes : 0);
        T[] rowWeights = numbers.Positive<T>(Loss.HasFlag(LossFeatures.RowWeights) ? Rows : 0);
        CrossEntropyOptions options = Loss.Options(numbers.Positive<double>(Classes));
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            CrossEntropyOptions parallel = options with { MaxDegreeOfParallelism = threads };
            Span<T> gradient = offsets.Place<T>(Rows * Classes).Span;
            ReadOnlySpan<T> from = offsets.Place(logits).Span, weights = offsets.Place(rowWeights).Span;
            RowResults<T> rows = offsets.RowResults<T>(Rows, HasRanks);
            BitHash hash = new();
            hash.Add(softTargets.Length == 0
                ? SoftmaxCrossEntropy.LossAndGradient(from, offsets.Place(targets).Span, gradient, parallel, weights, rows)
                : SoftmaxCrossEntropy.LossAndGradient(from, offsets.Place(softTargets).Span, Rows, gradient, parallel, weights, rows));
            hash.Add<T>(gradient);
            hash.Add(rows);
            return hash.Value;
        };
    }
}
