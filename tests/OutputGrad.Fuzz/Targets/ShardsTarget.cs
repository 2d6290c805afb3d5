using System.Numerics;
using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Fuzz.Targets;

/// <summary>
/// A layer cut into shards anywhere, whose states are merged in any order, against the oracle; a step of each shard against its gradients,
/// bit for bit.
/// </summary>
internal sealed class ShardsTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        const double Before = .5;
        Edge edge = input.Of(Edge.Back, Edge.Front);
        int[] wanted = [.. Enumerable.Range(0, input.Below(4)).Select(_ => input.Below(1 << 16))];
        bool overWire = input.Flag();
        int[] order = [.. Enumerable.Range(0, 4).Select(_ => input.Byte())];
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input);
        if (batch.Rows > 500)
        {
            return; // more states than the guard pages hold
        }

        int[] cuts = [.. wanted.Select(cut => cut % batch.Classes).Where(cut => cut > 0).Distinct().Order()];
        ShardedLayer<T> shards = new(batch, cuts);
        SoftmaxState<T>[] merged = Merged(shards.Forward(), order, overWire);
        LayerComparison.CompareShards(batch.Copied(), ShardedLayer<T>.Joined(shards.Backward(merged, Before)), Before);
        CompareSteps(batch, cuts, merged);
        if (cuts.Length == 1)
        {
            memory.Calls<T>().CompareShards(batch, cuts[0], edge);
        }
    }

    /// <summary>Any two of the states next, until one is left; some of them as another process has them.</summary>
    private static SoftmaxState<T>[] Merged<T>(SoftmaxState<T>[][] states, int[] order, bool overWire)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<SoftmaxState<T>[]> left = [.. states];
        for (int turn = 0; left.Count > 1; turn++)
        {
            int first = order[turn % order.Length] % left.Count, second = order[(turn + 1) % order.Length] % left.Count;
            second = first == second ? (second + 1) % left.Count : second;
            SoftmaxState<T>[] both = ShardedLayer<T>.Merged(left[first], left[second]);
            left[first] = overWire ? [.. both.Select(Sent)] : both;
            left.RemoveAt(second);
        }

        return left[0];
    }

    private static SoftmaxState<T> Sent<T>(SoftmaxState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] wire = new byte[SoftmaxState<T>.WireBytes];
        state.WriteTo(wire);
        return SoftmaxState<T>.ReadFrom(wire);
    }

    private static void CompareSteps<T>(LayerBatch<T> batch, int[] cuts, SoftmaxState<T>[] merged)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> stepped = batch with
        {
            WeightFormat = StoredFormat.Full,
            Options = batch.Options with { AccumulateGradients = false },
        };
        ShardedLayer<T> shards = new(stepped, cuts);
        foreach ((LayerOutcome<T> gradients, LayerOutcome<T> step) in shards.Backward(merged).Zip(shards.Step(merged)))
        {
            Exactly.SameBits(batch.Bias is null ? gradients with { Bias = [] } : gradients, step, "of a shard's step");
        }
    }
}
