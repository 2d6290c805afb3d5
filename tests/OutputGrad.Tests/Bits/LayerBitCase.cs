using System.Numerics;
using OutputGrad.Engine.Layer;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Bits;

/// <summary>Everything that the layer can be asked for at once.</summary>
internal sealed record LayerBitCase(int Rows, int Features, int Classes, LossFeatures Loss, long Budget = 256L << 20) : BitCase
{
    /// <summary>Whether entropies and the targets' ranks are asked for too, which soft targets have none of.</summary>
    public bool HasRanks { get; init; }

    /// <summary>How weights and hidden vectors are stored.</summary>
    public (StoredFormat Weights, StoredFormat Hidden) Formats { get; init; }

    public override string Name =>
        $"layer {Rows}x{Features}x{Classes} {Loss}{(Budget == 256L << 20 ? "" : $" in {Budget}")}"
            .Replace(", ", "+", StringComparison.Ordinal)
        + (Formats == default ? "" : $" of {Formats.Weights} and {Formats.Hidden}") + (HasRanks ? " with ranks" : "");

    public override long Size => (long)Rows * Features * Classes;

    public override int Threads<T>(int most) => LayerPlan<T>.WorkersFor(Rows, Features, Classes, new() { MaxDegreeOfParallelism = most });

    public override BitRun Prepare<T>()
    {
        LayerBitData<T> data = Data<T>();
        CrossEntropyOptions options = data.Options with { MaxWorkspaceBytes = Budget };
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            OutputLayer<T> layer = data.Layer(offsets, ..);
            LabeledBatch<T> batch = data.Batch(offsets);
            OutputGradients<T> gradients = data.Gradients(offsets, ..);
            RowResults<T> rows = offsets.RowResults<T>(Rows, HasRanks);
            BitHash hash = new();
            hash.Add(LinearCrossEntropy.LossAndGradient(layer, batch, gradients, options with { MaxDegreeOfParallelism = threads }, rows));
            hash.Add(gradients);
            hash.Add(rows);
            return hash.Value;
        };
    }

    public LayerBitData<T> Data<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(Seed, (Rows, Features, Classes), Loss, Formats);
}

internal static class GradientsBits
{
    public static void Add<T>(this BitHash hash, OutputGradients<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.Add<T>(gradients.Hidden);
        hash.Add<T>(gradients.Weights);
        hash.Add<T>(gradients.Bias);
    }
}

internal static class RowResultsBits
{
    public static RowResults<T> RowResults<T>(this Offsets offsets, int rows, bool hasRanks = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Losses = offsets.Place<T>(rows).Span,
            LogSumExp = offsets.Place<T>(rows).Span,
            GradientNorms = offsets.Place<T>(rows).Span,
            Predictions = offsets.Place<int>(rows).Span,
            Entropies = hasRanks ? offsets.Place<T>(rows).Span : default,
            TargetRanks = hasRanks ? offsets.Place<int>(rows).Span : default,
        };

    public static void Add<T>(this BitHash hash, RowResults<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        hash.Add<T>(rows.Losses);
        hash.Add<T>(rows.LogSumExp);
        hash.Add<T>(rows.GradientNorms);
        hash.Add(rows.Predictions);
        hash.Add<T>(rows.Entropies);
        hash.Add(rows.TargetRanks);
    }
}
