using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Steps on a <see cref="LayerBatch{T}"/>, whose own weights stay as they are.</summary>
public static class LayerSteps
{
    /// <summary>
    /// A step that hands over every parameter once, as it was before, and leaves it where the update put it; fails otherwise. With a filter
    /// on the weights it may leave whole classes as they are. The outcome is what a call for the gradients gives: those that the update was
    /// handed, 0 for classes left out; the bias's empty where there is none.
    /// </summary>
    public static LayerOutcome<T> Step<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowOutcome<T> rows = batch.RowOutcome();
        LayerOutcome<T> outcome = Recorded(batch, (weights, bias, update, hiddenGradient) =>
            LinearCrossEntropy.Step<T, RecordingUpdate<T>>(
                weights, bias, batch.Labeled(), update, hiddenGradient, batch.Options, rows.Destination));
        return outcome with { Rows = rows };
    }

    /// <summary>The same of a shard, which has the batch's weights, among all classes; without results per row.</summary>
    public static LayerOutcome<T> ShardStep<T>(
        this LayerBatch<T> shard, int firstClass, int classes, SoftmaxState<T>[] merged, SquaredNorm[] squaredNorms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Recorded(shard, (weights, bias, update, hiddenGradient) =>
            LinearCrossEntropy.ShardStep<T, RecordingUpdate<T>>(
                weights, bias, shard.Labeled(), firstClass, classes, merged, update, hiddenGradient, shard.Options, squaredNorms));

    private static LayerOutcome<T> Recorded<T>(
        LayerBatch<T> batch, Func<T[], T[], RecordingUpdate<T>, T[], CrossEntropyResult> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []], before = [.. weights, .. bias],
            hiddenGradient = new T[batch.SelectedRows * batch.Features];
        Array.Fill(hiddenGradient, T.NaN);
        RecordingUpdate<T> update = new(before.Length);
        bool filters = batch.Options.WeightFilterThreshold > 0;

        CrossEntropyResult result = step(weights, bias, update, hiddenGradient);

        bool[] leftOut =
            [.. Enumerable.Range(0, before.Length).Select(batch.ClassOf).Select(c => filters && update.Times[c * batch.Features] == 0)];
        Exactly.SameBits<int>(
            Array.ConvertAll(leftOut, isLeftOut => isLeftOut ? 0 : 1), update.Times, "times that a parameter was handed over");
        Exactly.SameBits<T>(
            [.. before.Zip(leftOut, (number, isLeftOut) => isLeftOut ? T.Zero : number)],
            update.Before,
            "parameters as they were handed over");
        Exactly.SameBits<T>(
            [.. before.Zip(update.Gradient, (parameter, slope) => parameter - slope)], [.. weights, .. bias], "parameters after the step");
        return new(
            result, hiddenGradient, update.Gradient[..weights.Length], update.Gradient[weights.Length..], batch.RowOutcome());
    }

    /// <summary>The class that a parameter belongs to: weights first, then the bias.</summary>
    private static int ClassOf<T>(this LayerBatch<T> batch, int parameter)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        parameter < batch.Weights.Length ? parameter / batch.Features : parameter - batch.Weights.Length;

    /// <summary>Fails unless a step is the gradients and then the update, bit for bit.</summary>
    public static void CompareStep<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> expected = batch.Run(before: double.NaN);
        Exactly.SameBits(batch.Bias is null ? expected with { Bias = [] } : expected, batch.Step(), "of a step");
    }
}
