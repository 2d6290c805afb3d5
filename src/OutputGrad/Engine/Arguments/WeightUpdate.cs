using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Arguments;

/// <summary>The caller's optimizer behind a function pointer, so that the passes are compiled once and not for each of them.</summary>
internal readonly unsafe struct WeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly void* _update;
    private readonly delegate*<void*, Span<T>, ReadOnlySpan<T>, long, void> _apply;

    private WeightUpdate(void* update, delegate*<void*, Span<T>, ReadOnlySpan<T>, long, void> apply)
    {
        _update = update;
        _apply = apply;
    }

    /// <param name="update">Lives on the stack until the call is done: the garbage collector moves nothing there and sees what it refers to.</param>
    public static WeightUpdate<T> Of<TUpdate>(ref TUpdate update)
        where TUpdate : IWeightUpdate<T> => new(Unsafe.AsPointer(ref update), &Apply<TUpdate>);

    public bool IsWanted => _apply != null;

    /// <summary>Moves a block of parameters.</summary>
    public void Apply(T* weights, T* gradient, int count, long index) =>
        _apply(_update, new Span<T>(weights, count), new ReadOnlySpan<T>(gradient, count), index);

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

    private static void Apply<TUpdate>(void* update, Span<T> weights, ReadOnlySpan<T> gradient, long index)
        where TUpdate : IWeightUpdate<T> => Unsafe.AsRef<TUpdate>(update).Update(weights, gradient, index);
}
