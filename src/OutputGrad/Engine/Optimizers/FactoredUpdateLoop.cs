using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Optimizers;

/// <summary>One sweep of a rule over the weights of some classes, whose gradient is made on the way and never stored.</summary>
/// <remarks>
/// Each element of the gradient is one chain of multiply-adds over the rows in order, as a tile makes it. The sweep is bound by memory,
/// which is quickest where weights are prefetched in the order in which they lie.
/// </remarks>
/// <param name="rule">The rule.</param>
/// <param name="gradient">From the first class on.</param>
/// <param name="weights">The weights [classes x features].</param>
/// <param name="first">As many numbers if the rule remembers one of each, else empty.</param>
/// <param name="second">As many if it remembers a second.</param>
internal readonly unsafe ref struct FactoredUpdateLoop<TRule, T>(
    TRule rule, FactoredGradient<T> gradient, Span<T> weights, Span<T> first = default, Span<T> second = default) : IVectorWork<T, int>
    where TRule : struct, IUpdateRule<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BytesAhead = 16 << 10;

    private readonly TRule _rule = rule;
    private readonly FactoredGradient<T> _gradient = gradient;
    private readonly Span<T> _weights = weights;
    private readonly Span<T> _first = first;
    private readonly Span<T> _second = second;

    /// <summary>Moves all classes; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Run<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        // copies, so that their numbers stay in registers
        TRule rule = _rule;
        FactoredGradient<T> gradient = _gradient;
        int classes = _weights.Length / gradient.Features;
        fixed (T* weights = _weights, first = _first, second = _second)
        {
            for (int c = 0; c < classes; c++)
            {
                T* residuals = gradient.Residuals + (c * gradient.ResidualStride);
                nint start = (nint)c * gradient.Features;
                int whole = Move<TSimd, TVector>(rule, gradient, residuals, 0, weights + start, first + start, second + start);
                Move<SimdScalar<T>, T>(rule, gradient, residuals, whole, weights + start, first + start, second + start);
            }
        }

        return classes;
    }

    /// <summary>Whole vectors of a class's weights from one on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Move<TSimd, TVector>(
        TRule rule, FactoredGradient<T> gradient, T* residuals, int from, T* weights, T* first, T* second)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int rows = gradient.Rows, last = rows - 1, features = gradient.Features;
        T* hidden0 = gradient.Hidden[0], hidden1 = gradient.Hidden[Math.Min(1, last)];
        T* hidden2 = gradient.Hidden[Math.Min(2, last)], hidden3 = gradient.Hidden[last];
        TVector residual0 = TSimd.Broadcast(residuals[0]), residual1 = TSimd.Broadcast(residuals[Math.Min(1, last)]);
        TVector residual2 = TSimd.Broadcast(residuals[Math.Min(2, last)]), residual3 = TSimd.Broadcast(residuals[last]);
        int i = from;
        for (; i <= features - TSimd.Count; i += TSimd.Count)
        {
            Prefetch.Line((byte*)(weights + i) + BytesAhead);
            TVector slopes = TSimd.MultiplyAdd(residual0, TSimd.Load(hidden0 + i), default);
            if (rows > 1)
            {
                slopes = TSimd.MultiplyAdd(residual1, TSimd.Load(hidden1 + i), slopes);
            }

            if (rows > 2)
            {
                slopes = TSimd.MultiplyAdd(residual2, TSimd.Load(hidden2 + i), slopes);
            }

            if (rows > 3)
            {
                slopes = TSimd.MultiplyAdd(residual3, TSimd.Load(hidden3 + i), slopes);
            }

            UpdateLoop<TRule, T>.Move<TSimd, TVector>(rule, slopes, weights + i, first + i, second + i);
        }

        return i;
    }
}
