using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Calls on numbers of 16 bits against the same calls on the widened numbers, bit for bit.</summary>
internal static class NarrowCalls
{
    /// <summary>The gradients with all else, and the loss alone. Gradients hold numbers before, so that none is missed.</summary>
    public static void CompareWidened<T>(this LayerBatch<T> batch, string what = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> widened = batch.Widened();
        Exactly.SameBits(widened.Run(before: 3), batch.Run(before: 3), $"{batch.Formats()}, {what}");
        Exactly.SameBits(widened.LossAlone(), batch.LossAlone(), $"{batch.Formats()}, {what}, loss alone");
    }

    /// <summary>A step, whose weights are T in any case.</summary>
    public static void CompareWidenedStep<T>(this LayerBatch<T> batch, string what = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Exactly.SameBits(batch.Widened().Step(), batch.Step(), $"{batch.Formats()}, {what}, of a step");

    /// <summary>Both halves of the work of shards.</summary>
    public static void CompareWidenedShards<T>(this LayerBatch<T> batch, int[] cuts, string what = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ShardedLayer<T> widened = new(batch.Widened(), cuts), narrow = new(batch, cuts);
        SoftmaxState<T>[][] expected = widened.Forward(), actual = narrow.Forward();
        foreach ((SoftmaxState<T>[] left, SoftmaxState<T>[] right) in expected.Zip(actual))
        {
            Exactly.SameBits<T>(Numbers(left), Numbers(right), $"{batch.Formats()}, {what}, states");
        }

        SoftmaxState<T>[] merged = expected.Aggregate(ShardedLayer<T>.Merged);
        LayerOutcome<T>[] expectedOutcomes = widened.Backward(merged, before: 3), actualOutcomes = narrow.Backward(merged, before: 3);
        foreach ((LayerOutcome<T> left, LayerOutcome<T> right) in expectedOutcomes.Zip(actualOutcomes))
        {
            Exactly.SameBits(left, right, $"{batch.Formats()}, {what}, of a shard");
        }
    }

    /// <summary>What states say; between their numbers are bytes that say nothing.</summary>
    private static T[] Numbers<T>(SoftmaxState<T>[] states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. states.SelectMany(state => (T[])[state.Max, state.SumOfOthers, state.TargetLogit])];

    private static LayerOutcome<T> LossAlone<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> outcome = batch.Outcome(before: 0);
        return outcome with
        {
            Result = LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Options, outcome.Rows.Destination),
        };
    }

    private static string Formats<T>(this LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        $"of weights {batch.WeightFormat} and hidden vectors {batch.HiddenFormat}, {batch.Shape}";
}
