using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Logits;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Tests.Engine;

/// <summary>The engine's elementary functions over arrays, at a vector width of one's choice.</summary>
internal interface IVectorFunctions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    static abstract void Exp(ReadOnlySpan<T> x, Span<T> results);

    static abstract void Tanh(ReadOnlySpan<T> x, Span<T> results, Span<T> slopes);

    /// <summary>
    /// As the passes use exp, at any offset and length; returns the sum, without the one left out, whose place becomes 0.
    /// </summary>
    static abstract double ExpRow(ReadOnlySpan<T> x, int leftOut, Span<T> results);
}

internal sealed class VectorFunctions<TSimd, TVector, T> : IVectorFunctions<T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static unsafe void Exp(ReadOnlySpan<T> x, Span<T> results)
    {
        fixed (T* from = x, to = results)
        {
            for (int i = 0; i <= x.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(Exponential<TSimd, TVector, T>.Exp(TSimd.Load(from + i)), to + i);
            }
        }
    }

    public static unsafe void Tanh(ReadOnlySpan<T> x, Span<T> results, Span<T> slopes)
    {
        fixed (T* from = x, to = results, slopesTo = slopes)
        {
            for (int i = 0; i <= x.Length - TSimd.Count; i += TSimd.Count)
            {
                TSimd.Store(Exponential<TSimd, TVector, T>.Tanh(TSimd.Load(from + i), out TVector slope), to + i);
                TSimd.Store(slope, slopesTo + i);
            }
        }
    }

    public static unsafe double ExpRow(ReadOnlySpan<T> x, int leftOut, Span<T> results)
    {
        fixed (T* from = x, to = results)
        {
            return SoftmaxRow<TSimd, TVector, T>.Exponentials(from, x.Length, T.Zero, leftOut, to);
        }
    }
}
