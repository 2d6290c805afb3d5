using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Arguments;

/// <summary>The caller's optimizer behind a function pointer, so that the passes are compiled once and not for each of them.</summary>
internal readonly unsafe struct WeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private WeightUpdate(
        void* state,
        delegate*<void*, in LayerArguments<T>, int, int, GradientTarget<T>, void> apply,
        delegate*<void*, in LayerArguments<T>, int, int, in FactoredGradient<T>, T*, void> applyFactored)
    {
        State = state;
        Apply = apply;
        ApplyFactored = applyFactored;
    }

    /// <summary>The caller's optimizer.</summary>
    public void* State { get; }

    /// <summary>
    /// Lets the optimizer move weights and biases: <see cref="State"/>, the layer, the first class, how many classes, and their gradient.
    /// </summary>
    public delegate*<void*, in LayerArguments<T>, int, int, GradientTarget<T>, void> Apply { get; }

    /// <summary>
    /// The same with a gradient of the weights that is nowhere stored, and that of these classes' biases; null where the optimizer cannot.
    /// </summary>
    public delegate*<void*, in LayerArguments<T>, int, int, in FactoredGradient<T>, T*, void> ApplyFactored { get; }

    public bool IsWanted => Apply != null;

    /// <summary>The optimizer of a call.</summary>
    /// <param name="update">
    /// Lives on the stack until the call is done: the garbage collector moves nothing there and sees what it refers to.
    /// </param>
    public static WeightUpdate<T> Of<TUpdate>(ref TUpdate update)
        where TUpdate : IWeightUpdate<T> =>
        new(Unsafe.AsPointer(ref update), &ApplyTo<TUpdate>, update is IFactoredUpdate<T> ? &ApplyFactoredTo<TUpdate> : null);

    /// <summary>A step by a gradient of zeros.</summary>
    public static void ApplyZeros<TUpdate>(TUpdate update, Span<T> weights, Span<T> bias)
        where TUpdate : IWeightUpdate<T>
    {
        ApplyZeros(ref update, weights, 0);
        ApplyZeros(ref update, bias, weights.Length);
    }

    private static void ApplyZeros<TUpdate>(ref TUpdate update, Span<T> parameters, long index)
        where TUpdate : IWeightUpdate<T>
    {
        Span<T> zeros = stackalloc T[256];
        zeros.Clear();
        for (int start = 0; start < parameters.Length; start += zeros.Length)
        {
            Span<T> part = parameters.Slice(start, Math.Min(zeros.Length, parameters.Length - start));
            update.Update(part, zeros[..part.Length], index + start);
        }
    }

    private static void ApplyTo<TUpdate>(void* state, in LayerArguments<T> layer, int first, int count, GradientTarget<T> gradient)
        where TUpdate : IWeightUpdate<T>
    {
        if (count > 0)
        {
            ref TUpdate update = ref Unsafe.AsRef<TUpdate>(state);
            int weights = count * layer.Features;
            update.Update(new(layer.WeightRow(first), weights), new(gradient.Row(first), weights), (long)first * layer.Features);
            MoveBias(ref update, layer, first, count, gradient.Bias(first));
        }
    }

    private static void ApplyFactoredTo<TUpdate>(
        void* state, in LayerArguments<T> layer, int first, int count, in FactoredGradient<T> gradient, T* biasGradient)
        where TUpdate : IWeightUpdate<T>
    {
        ref TUpdate update = ref Unsafe.AsRef<TUpdate>(state);
        ((IFactoredUpdate<T>)update).Update(
            new(layer.WeightRow(first), count * layer.Features), gradient, (long)first * layer.Features);
        MoveBias(ref update, layer, first, count, biasGradient);
    }

    private static void MoveBias<TUpdate>(ref TUpdate update, in LayerArguments<T> layer, int first, int count, T* gradient)
        where TUpdate : IWeightUpdate<T>
    {
        if (layer.Bias != null)
        {
            update.Update(new(layer.Bias + first, count), new(gradient, count), ((long)layer.Classes * layer.Features) + first);
        }
    }
}
