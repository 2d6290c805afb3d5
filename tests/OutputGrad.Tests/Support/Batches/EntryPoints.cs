using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>A way into the library that takes logits, so that one list of cases serves all of them.</summary>
public interface IEntryPoint
{
    /// <summary>Runs the forward-only method too, whose results must have the same bits.</summary>
    static abstract LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>By what the norm of a row's logit gradient is multiplied in <see cref="RowResults{T}.GradientNorms"/>.</summary>
    static abstract double NormFactor(ReadOnlySpan<double> logitsOfRow);
}

public sealed class FromLogits : IEntryPoint
{
    public static double NormFactor(ReadOnlySpan<double> logitsOfRow) => 1;

    public static LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitOutcome<T> full = batch.Outcome(), forward = batch.Outcome();
        full = full with
        {
            Result = batch.Targets is { } targets
                ? SoftmaxCrossEntropy.LossAndGradient(
                    batch.Logits, targets, full.Gradient, batch.Options, batch.RowWeights, full.Rows.Destination)
                : SoftmaxCrossEntropy.LossAndGradient(
                    batch.Logits, batch.SoftTargets!, batch.Rows, full.Gradient, batch.Options, batch.RowWeights, full.Rows.Destination),
        };
        forward = forward with
        {
            Result = batch.Targets is { } indices
                ? SoftmaxCrossEntropy.Loss<T>(batch.Logits, indices, batch.Options, batch.RowWeights, forward.Rows.Destination)
                : SoftmaxCrossEntropy.Loss<T>(
                    batch.Logits, batch.SoftTargets!, batch.Rows, batch.Options, batch.RowWeights, forward.Rows.Destination),
        };
        forward.ForwardResultsAre(full);
        return full;
    }
}

/// <summary>The layer with an identity W and no bias: its logits are the hidden vectors, and dL/dH is the logit gradient.</summary>
public sealed class FromLayer : IEntryPoint
{
    public static double NormFactor(ReadOnlySpan<double> logitsOfRow) => LinearOracle.ParameterNorm(logitsOfRow, hasBias: false);

    public static LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OutputLayer<T> layer = new(LinearOracle.Identity<T>(batch.Classes));
        LabeledBatch<T> labeled = batch.Labeled();
        LogitOutcome<T> full = batch.Outcome(), forward = batch.Outcome();
        full = full with
        {
            Result = LinearCrossEntropy.LossAndGradient(
                layer, labeled, new OutputGradients<T> { Hidden = full.Gradient }, batch.Options, full.Rows.Destination),
        };
        forward = forward with { Result = LinearCrossEntropy.Loss(layer, labeled, batch.Options, forward.Rows.Destination) };
        forward.ForwardResultsAre(full);
        return full;
    }
}

/// <summary>
/// The same layer with its classes cut into shards. Their predictions, losses and norms per row, which shards do not give, are the whole
/// layer's.
/// </summary>
public sealed class FromShards : IEntryPoint
{
    public static double NormFactor(ReadOnlySpan<double> logitsOfRow) => FromLayer.NormFactor(logitsOfRow);

    public static LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = batch.Classes;
        LayerBatch<T> layer = new()
        {
            Features = classes,
            Hidden = batch.Logits,
            Weights = LinearOracle.Identity<T>(batch.Classes),
            Targets = batch.Targets!,
            RowWeights = batch.RowWeights,
            Options = batch.Options,
        };
        ShardedLayer<T> shards = new(layer, [.. ((int[])[1, classes / 2, classes - 1]).Where(cut => cut > 0 && cut < classes).Distinct()]);
        SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
        LayerOutcome<T> outcome = ShardedLayer<T>.Joined(shards.Backward(merged));
        LogitOutcome<T> whole = FromLayer.Run(batch);
        return whole with
        {
            Result = outcome.Result,
            Gradient = outcome.Hidden,
            Rows = whole.Rows with
            {
                LogSumExp = [.. merged.Select((state, n) => batch.Targets![n] == batch.Options.IgnoreIndex ? T.Zero : state.LogSumExp)],
            },
        };
    }
}

/// <summary>A step of the layer with an identity W: dL/dH is the logit gradient, as W was before the step.</summary>
public sealed class FromStep : IEntryPoint
{
    public static double NormFactor(ReadOnlySpan<double> logitsOfRow) => FromLayer.NormFactor(logitsOfRow);

    public static LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = LinearOracle.Identity<T>(batch.Classes);
        LogitOutcome<T> outcome = batch.Outcome();
        return outcome with
        {
            Result = LinearCrossEntropy.Step<T, RecordingUpdate<T>>(
                weights, default, batch.Labeled(), new(weights.Length), outcome.Gradient, batch.Options, outcome.Rows.Destination),
        };
    }
}

/// <summary>The oracle itself, so that the cases with printed values check it as well.</summary>
public sealed class FromOracle : IEntryPoint
{
    public static double NormFactor(ReadOnlySpan<double> logitsOfRow) => 1;

    public static LogitOutcome<T> Run<T>(LogitBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyOracle oracle = batch.Oracle();
        CrossEntropyResult result =
            new CrossEntropyResult { Loss = oracle.Loss, ZLoss = oracle.ZLoss, Rows = oracle.Rows, Correct = oracle.Correct };
        return new(
            result,
            Near.Rounded<T>(oracle.Gradient),
            new(
                Near.Rounded<T>([.. oracle.Details.Select(row => row is null ? 0 : row.Loss + row.ZLoss)]),
                Near.Rounded<T>([.. oracle.Details.Select(row => row?.LogSumExp ?? 0)]),
                Near.Rounded<T>([.. Enumerable.Range(0, batch.Rows).Select(oracle.GradientNorm)]),
                [.. oracle.Details.Select(row => row?.Prediction ?? -1)],
                Near.Rounded<T>([.. oracle.Details.Select(row => row?.Entropy ?? 0)]),
                batch.Targets is null ? [] : [.. oracle.Details.Select((row, n) => row?.RankOf(batch.Targets[n]) ?? -1)]));
    }
}

internal static class ForwardResults
{
    public static void ForwardResultsAre<T>(this LogitOutcome<T> forward, LogitOutcome<T> full)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Exactly.SameBits(full.Result, forward.Result, "of the forward-only method");
        Exactly.SameBits(full.Rows, forward.Rows, "of the forward-only method");
    }
}
