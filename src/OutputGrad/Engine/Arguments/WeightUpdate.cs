using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Arguments;

/// <summary>The caller's optimizer behind a function pointer, so that the passes are compiled once and not for each of them.</summary>
internal readonly unsafe struct WeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private WeightUpdate(void* state, delegate*<void*, Span<T>, ReadOnlySpan<T>, long, void> apply)
    {
        State = state;
        Apply = apply;
    }

    /// <summary>The caller's optimizer.</summary>
    public void* State { get; }

    /// <summary>Moves a block of parameters: of <see cref="State"/>, parameters, gradient and the index of the first.</summary>
    public delegate*<void*, Span<T>, ReadOnlySpan<T>, long, void> Apply { get; }

    public bool IsWanted => Apply != null;

    /// <summary>The optimizer of a call.</summary>
    /// <param name="update">
    /// Lives on the stack until the call is done: the garbage collector moves nothing there and sees what it refers to.
    /// </param>
    public static WeightUpdate<T> Of<TUpdate>(ref TUpdate update)
        where TUpdate : IWeightUpdate<T> => new(Unsafe.AsPointer(ref update), &ApplyTo<TUpdate>);

    /// <summary>A step by a gradient of zeros.</summary>
    public static void ApplyZeros<TUpdate>(TUpdate update, Span<T> weights, Span<T> bias)
        where TUpdate : IWeightUpdate<T>
    {
        Span<T> zeros = stackalloc T[256];
        zeros.Clear();
        for (int start = 0; start < weights.Length; start += zeros.Length)
        {
            Span<T> part = weights.Slice(start, Math.Min(zeros.Length, weights.Length - start));
            update.Update(part, zeros[..part.Length], start);
        }

        for (int start = 0; start < bias.Length; start += zeros.Length)
        {
            Span<T> part = bias.Slice(start, Math.Min(zeros.Length, bias.Length - start));
            update.Update(part, zeros[..part.Length], (long)weights.Length + start);
        }
    }

    private static void ApplyTo<TUpdate>(void* update, Span<T> weights, ReadOnlySpan<T> gradient, long index)
        where TUpdate : IWeightUpdate<T> => Unsafe.AsRef<TUpdate>(update).Update(weights, gradient, index);
}
