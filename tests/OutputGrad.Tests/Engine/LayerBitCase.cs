using System.Numerics;
using OutputGrad.Engine;

namespace OutputGrad.Tests.Engine;

/// <summary>Everything that the layer can be asked for at once.</summary>
internal sealed record LayerBitCase(int Rows, int Features, int Classes, LossFeatures Loss, long Budget = 256L << 20) : BitCase
{
    public override string Name =>
        $"layer {Rows}x{Features}x{Classes} {Loss}{(Budget == 256L << 20 ? "" : $" in {Budget}")}".Replace(", ", "+", StringComparison.Ordinal);

    public override long Size => (long)Rows * Features * Classes;

    public override int Threads<T>(int most) => LayerPlan<T>.WorkersFor(Rows, Features, Classes, new() { MaxDegreeOfParallelism = most });

    public override BitRun Prepare<T>()
    {
        IntegerNumbers numbers = new(Seed);
        T[] hidden = numbers.Signed<T>(Rows * Features);
        T[] weights = Array.ConvertAll(numbers.Signed<T>(Classes * Features), weight => weight / T.CreateChecked(4));
        T[] bias = numbers.Signed<T>(Has(LossFeatures.Bias) ? Classes : 0);
        int[] targets = numbers.Targets(Rows, Classes, Has(LossFeatures.IgnoredRows) ? -100 : null);
        T[] softTargets = numbers.Positive<T>(Has(LossFeatures.SoftTargets) ? Rows * Classes : 0);
        T[] rowWeights = numbers.Positive<T>(Has(LossFeatures.RowWeights) ? Rows : 0);
        T[] before = numbers.Signed<T>(Classes * Features);
        CrossEntropyOptions options = Loss.Options(numbers.Positive<double>(Classes)) with { MaxWorkspaceBytes = Budget };
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            OutputLayer<T> layer = new(offsets.Place(weights).Span, offsets.Place(bias).Span);
            LabeledBatch<T> batch = softTargets.Length == 0
                ? new(offsets.Place(hidden).Span, offsets.Place(targets).Span) { RowWeights = offsets.Place(rowWeights).Span }
                : new(offsets.Place(hidden).Span, offsets.Place(softTargets).Span, Rows) { RowWeights = offsets.Place(rowWeights).Span };
            OutputGradients<T> gradients = new()
            {
                Hidden = offsets.Place<T>(Rows * Features).Span,
                Weights = offsets.Place(before).Span,
                Bias = offsets.Place(before[..Classes]).Span,
            };
            RowResults<T> rows = offsets.RowResults<T>(Rows);
            BitHash hash = new();
            hash.Add(LinearCrossEntropy.LossAndGradient(layer, batch, gradients, options with { MaxDegreeOfParallelism = threads }, rows));
            hash.Add<T>(gradients.Hidden);
            hash.Add<T>(gradients.Weights);
            hash.Add<T>(gradients.Bias);
            hash.Add(rows);
            return hash.Value;
        };
    }

    private bool Has(LossFeatures feature) => Loss.HasFlag(feature);
}

internal static class RowResultsBits
{
    public static RowResults<T> RowResults<T>(this Offsets offsets, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Losses = offsets.Place<T>(rows).Span,
            LogSumExp = offsets.Place<T>(rows).Span,
            GradientNorms = offsets.Place<T>(rows).Span,
            Predictions = offsets.Place<int>(rows).Span,
        };

    public static void Add<T>(this BitHash hash, RowResults<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.Add<T>(rows.Losses);
        hash.Add<T>(rows.LogSumExp);
        hash.Add<T>(rows.GradientNorms);
        hash.Add(rows.Predictions);
    }
}
