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
    TRule rule, Span<T> weights, ReadOnlySpan<T> gradient, Span<T> first = default, Span<T> second = default) : IVectorWork<T, int>
    where TRule : struct, IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TRule _rule = rule;
    private readonly Span<T> _weights = weights;
    private readonly ReadOnlySpan<T> _gradient = gradient;
    private readonly Span<T> _first = first;
    private readonly Span<T> _second = second;

    /// <summary>Returns how many parameters there are.</summary>
    public unsafe int Run<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        fixed (T* weight = _weights, slope = _gradient, firstState = _first, secondState = _second)
        {
            Block block = new() { Weights = weight, Gradient = slope, First = firstState, Second = secondState, Length = _weights.Length };
            int moved = Move<TSimd, TVector>(_rule, block, 0);
            return Move<SimdScalar<T>, T>(_rule, block, moved);
        }
    }

    /// <summary>Whole vectors from i on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe int Move<TSimd, TVector>(TRule rule, Block block, int i)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (; i <= block.Length - TSimd.Count; i += TSimd.Count)
        {
            TVector first = TRule.StateCount > 0 ? TSimd.Load(block.First + i) : default;
            TVector second = TRule.StateCount > 1 ? TSimd.Load(block.Second + i) : default;
            TVector moved = rule.Move<TSimd, TVector>(TSimd.Load(block.Weights + i), TSimd.Load(block.Gradient + i), ref first, ref second);
            TSimd.Store(moved, block.Weights + i);
            if (TRule.StateCount > 0)
            {
                TSimd.Store(first, block.First + i);
            }

            if (TRule.StateCount > 1)
            {
                TSimd.Store(second, block.Second + i);
            }
        }

        return i;
    }

    private unsafe struct Block
    {
        public required T* Weights;
        public required T* Gradient;
        public required T* First;
        public required T* Second;
        public required int Length;
    }
}
