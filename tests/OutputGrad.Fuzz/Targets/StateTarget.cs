using System.Numerics;
using OutputGrad.Fuzz.Problems;
using Xunit;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Bytes as the state that another process sends: refused, or the very same bytes again, and of use to any call.</summary>
internal sealed class StateTarget : FuzzTarget
{
    private const int Features = 2, Classes = 3;

    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        bool isNearlyGood = input.Flag();
        byte[] bytes = input.Rest.ToArray();
        if (isNearlyGood)
        {
            bytes = Changed<T>(input);
        }

        SoftmaxState<T> state;
        try
        {
            state = SoftmaxState<T>.ReadFrom(bytes);
        }
        catch (InvalidDataException)
        {
            return;
        }
        catch (ArgumentException) when (bytes.Length < SoftmaxState<T>.WireBytes)
        {
            return;
        }

        byte[] again = new byte[SoftmaxState<T>.WireBytes];
        state.WriteTo(again);
        Assert.Equal(bytes[..again.Length], again);
        Use(state);
    }

    /// <summary>Merges it and gives it to both kinds of second halves.</summary>
    private static void Use<T>(SoftmaxState<T> state)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = new T[Classes * Features], hidden = [T.One, T.One], gradient = new T[weights.Length];
        LabeledBatch<T> batch = new(hidden, [1]);
        SoftmaxState<T>[] states = new SoftmaxState<T>[1];
        LinearCrossEntropy.ShardForward<T>(new(weights), batch, 0, 2 * Classes, states);
        states[0] = SoftmaxState<T>.Merge(states[0], state);
        states[0] = SoftmaxState<T>.Merge(state, SoftmaxState<T>.Merge(states[0], SoftmaxState<T>.Empty));
        _ = states[0].LogSumExp;
        LinearCrossEntropy.ShardBackward<T>(
            new(weights), batch, 0, 2 * Classes, states, new() { Weights = gradient, Hidden = new T[Features] });
        LinearCrossEntropy.ShardStep(weights, default, batch, 0, 2 * Classes, states, new Sgd<T>(.1));
    }

    /// <summary>A layer's own state with some bytes changed.</summary>
    private static byte[] Changed<T>(FuzzInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyOptions options = new() { LabelSmoothing = input.Of(0, .1) };
        T[] weights = [.. Enumerable.Range(1, Classes * Features).Select(i => T.CreateChecked(i) / T.CreateChecked(7))];
        SoftmaxState<T>[] states = new SoftmaxState<T>[1];
        LinearCrossEntropy.ShardForward<T>(new(weights), new([T.One, T.One], [1]), 0, Classes, states, options);
        byte[] wire = new byte[SoftmaxState<T>.WireBytes];
        states[0].WriteTo(wire);
        for (int changes = input.Below(6); changes > 0; changes--)
        {
            wire[input.Below(wire.Length)] = (byte)input.Byte();
        }

        return wire;
    }
}
