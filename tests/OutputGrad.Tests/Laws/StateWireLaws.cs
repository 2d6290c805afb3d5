using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>A state is the same on the other side of the wire, and bytes that somebody made up do no harm.</summary>
public class StateWireLaws
{
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void AStateThatTravelledIsTheState(LayerProblem problem, int seed)
    {
        CheckTravel<double>(problem, seed);
        CheckTravel<float>(problem, seed);
    }

    [Law]
    public void AnyBytesAreRefusedOrRead(byte[] bytes)
    {
        CheckRead<float>(bytes);
        CheckRead<double>(bytes);
    }

    /// <summary>Bytes behind a header that is right, with a small rest or any.</summary>
    [Law]
    public void SoAreAnyBytesBehindAHeader(byte[] bytes, int seed)
    {
        CheckRead<float>(Headed<float>(bytes, seed));
        CheckRead<double>(Headed<double>(bytes, seed));
    }

    /// <summary>What is made of two such states is a state, and gradients are made of it as of any.</summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void MadeUpStatesMergeAndHaveGradients(LayerProblem problem, byte[] first, byte[] second, int seed)
    {
        CheckGradients<float>(problem, Headed<float>(first, seed), Headed<float>(second, seed + 1));
        CheckGradients<double>(problem, Headed<double>(first, seed), Headed<double>(second, seed + 1));
    }

    private static void CheckTravel<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SoftmaxState<T>[][] states =
            new ShardedLayer<T>(problem.ToBatch<T>(), Chosen.Cuts(problem.Labels.Classes, seed)).Forward();
        SoftmaxState<T>[] merged = states.Aggregate(ShardedLayer<T>.Merged);
        SoftmaxState<T>[] travelled = states.Select(Travelled).Aggregate(ShardedLayer<T>.Merged);
        for (int row = 0; row < merged.Length; row++)
        {
            Exactly.SameBits<byte>(Wire(merged[row]), Wire(travelled[row]), "merged state");
            Assert.Equal(merged[row], Travelled(merged)[row]);
        }
    }

    private static void CheckRead<T>(byte[] bytes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (TryRead(bytes, out SoftmaxState<T> state))
        {
            Exactly.SameBits<byte>(bytes.AsSpan(0, SoftmaxState<T>.WireBytes), Wire(state), "wire form");
        }
    }

    private static void CheckGradients<T>(LayerProblem problem, byte[] first, byte[] second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!TryRead(first, out SoftmaxState<T> left) || !TryRead(second, out SoftmaxState<T> right))
        {
            return;
        }

        SoftmaxState<T> merged = SoftmaxState<T>.Merge(left, right);
        CheckRead<T>(Wire(merged));
        bool isDense = first[2] + second[2] == 2;
        LayerBatch<T> batch = problem.With(options => options with { LabelSmoothing = isDense ? .25 : 0 }).ToBatch<T>();
        _ = new ShardedLayer<T>(batch).Backward([.. Enumerable.Repeat(merged, batch.SelectedRows)]);
    }

    private static bool TryRead<T>(byte[] bytes, out SoftmaxState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        state = default;
        try
        {
            state = SoftmaxState<T>.ReadFrom(bytes);
            return true;
        }
        catch (ArgumentException) when (bytes.Length < SoftmaxState<T>.WireBytes)
        {
            return false;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>As many bytes as a state has, the given ones over and over, behind the header of one.</summary>
    private static byte[] Headed<T>(byte[] bytes, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        byte[] wire = new byte[SoftmaxState<T>.WireBytes];
        for (int i = 0; i < wire.Length; i++)
        {
            wire[i] = bytes.Length == 0 ? (byte)random.Next(256) : bytes[i % bytes.Length];
        }

        byte[] header = [1, (byte)Unsafe.SizeOf<T>(), (byte)random.Next(2), 0];
        header.CopyTo(wire, 0);
        if (random.Next(4) > 0)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(wire.AsSpan(8), random.Next(-1, 2) * double.Epsilon);
        }

        if (random.Next(4) > 0)
        {
            wire.AsSpan(16, 32).Clear();
            BinaryPrimitives.WriteDoubleLittleEndian(wire.AsSpan(16), header[2] * (random.NextDouble() - .25));
            BinaryPrimitives.WriteDoubleLittleEndian(wire.AsSpan(32), header[2] * Math.Pow(10, random.Next(-300, 300)));
        }

        if (random.Next(4) > 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(wire.AsSpan(4), random.Next(-1, 4));
        }

        return wire;
    }

    private static SoftmaxState<T>[] Travelled<T>(SoftmaxState<T>[] states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. states.Select(state => SoftmaxState<T>.ReadFrom(Wire(state)))];

    private static byte[] Wire<T>(SoftmaxState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        byte[] bytes = new byte[SoftmaxState<T>.WireBytes];
        state.WriteTo(bytes);
        return bytes;
    }
}
