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
        LayerBitInputs<T> inputs = Inputs<T>();
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            OutputLayer<T> layer = new(offsets.Place(inputs.Weights).Span, offsets.Place(inputs.Bias).Span);
            LabeledBatch<T> batch = inputs.Batch(offsets);
            OutputGradients<T> gradients = new()
            {
                Hidden = offsets.Place<T>(Rows * Features).Span,
                Weights = offsets.Place(inputs.Before).Span,
                Bias = offsets.Place(inputs.Before[..Classes]).Span,
            };
            RowResults<T> rows = offsets.RowResults<T>(Rows);
            BitHash hash = new();
            hash.Add(LinearCrossEntropy.LossAndGradient(layer, batch, gradients, inputs.Options with { MaxDegreeOfParallelism = threads }, rows));
            hash.Add<T>(gradients.Hidden);
            hash.Add<T>(gradients.Weights);
            hash.Add<T>(gradients.Bias);
            hash.Add(rows);
            return hash.Value;
        };
    }

    public LayerBitInputs<T> Inputs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IntegerNumbers numbers = new(Seed);
        return new()
        {
            Hidden = numbers.Signed<T>(Rows * Features),
            Weights = Array.ConvertAll(numbers.Signed<T>(Classes * Features), weight => weight / T.CreateChecked(4)),
            Bias = numbers.Signed<T>(Has(LossFeatures.Bias) ? Classes : 0),
            Targets = numbers.Targets(Rows, Classes, Has(LossFeatures.IgnoredRows) ? -100 : null),
            SoftTargets = numbers.Positive<T>(Has(LossFeatures.SoftTargets) ? Rows * Classes : 0),
            RowWeights = numbers.Positive<T>(Has(LossFeatures.RowWeights) ? Rows : 0),
            Before = numbers.Signed<T>(Classes * Features),
            Options = Loss.Options(numbers.Positive<double>(Classes)) with { MaxWorkspaceBytes = Budget },
        };
    }

    private bool Has(LossFeatures feature) => Loss.HasFlag(feature);
}

/// <summary>The numbers of a case, in the order in which they are drawn.</summary>
internal sealed record LayerBitInputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T[] Hidden { get; init; }
    public required T[] Weights { get; init; }
    public required T[] Bias { get; init; }
    public required int[] Targets { get; init; }
    public required T[] SoftTargets { get; init; }
    public required T[] RowWeights { get; init; }

    /// <summary>What the gradients of the weights, and of the bias, are added to.</summary>
    public required T[] Before { get; init; }
    public required CrossEntropyOptions Options { get; init; }

    public LabeledBatch<T> Batch(Offsets offsets) => SoftTargets.Length == 0
        ? new(offsets.Place(Hidden).Span, offsets.Place(Targets).Span) { RowWeights = offsets.Place(RowWeights).Span }
        : new(offsets.Place(Hidden).Span, offsets.Place(SoftTargets).Span, Targets.Length) { RowWeights = offsets.Place(RowWeights).Span };
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
