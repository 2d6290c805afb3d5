using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Optimizers;

/// <summary>
/// One sweep of a rule over a block of parameters: whole vectors first, then one by one. No number is read or written twice.
/// </summary>
/// <remarks>
/// Every parameter has a lane of its own and the same operations in each, so that its bits depend neither on the vector's width nor on how
/// the parameters are cut into blocks. Beyond the caches the sweep is bound by memory.
/// </remarks>
/// <param name="rule">The rule.</param>
/// <param name="weights">The parameters.</param>
/// <param name="gradient">As many.</param>
/// <param name="first">As many if the rule remembers a number of each, else empty.</param>
/// <param name="second">As many if it remembers a second.</param>
internal readonly ref struct UpdateLoop<TRule, T>(
    TRule rule, Span<T> weights, ReadOnlySpan<T> gradient, Span<T> first = default, Span<T> second = default) : IElementWork<T>
    where TRule : struct, IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TRule _rule = rule;
    private readonly Span<T> _weights = weights;
    private readonly ReadOnlySpan<T> _gradient = gradient;
    private readonly Span<T> _first = first;
    private readonly Span<T> _second = second;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe int Run<TSimd, TVector>(int from)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        // a copy, so that its numbers stay in registers
        TRule rule = _rule;
        int i = from;
        fixed (T* weights = _weights, gradient = _gradient, firstState = _first, secondState = _second)
        {
            for (; i <= _weights.Length - TSimd.Count; i += TSimd.Count)
            {
                Move<TSimd, TVector>(rule, TSimd.Load(gradient + i), weights + i, firstState + i, secondState + i);
            }
        }

        return i;
    }

    /// <summary>Moves a vector of parameters, and what is remembered of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Move<TSimd, TVector>(TRule rule, TVector gradient, T* weights, T* firstState, T* secondState)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector first = TRule.StateCount > 0 ? TSimd.Load(firstState) : default;
        TVector second = TRule.StateCount > 1 ? TSimd.Load(secondState) : default;
        TVector moved = rule.Move<TSimd, TVector>(TSimd.Load(weights), gradient, ref first, ref second);
        TSimd.Store(moved, weights);
        if (TRule.StateCount > 0)
        {
            TSimd.Store(first, firstState);
        }

        if (TRule.StateCount > 1)
        {
            TSimd.Store(second, secondState);
        }
    }
}
