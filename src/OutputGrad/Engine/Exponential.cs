using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine;

/// <summary>
/// exp for arguments at most 0, which is all that a softmax asks for once the maximum is subtracted.
/// </summary>
/// <remarks>
/// <code>
/// x = n ln 2 + r,  |r| &lt;= ln 2 / 2        exp(x) = 2^n (1 + u),   u = exp(r) - 1 = r + r^2 q(r)
/// </code>
/// n is rounded by adding a number so large that the sum has no room for a fraction; the low bits of that sum then hold n plus the
/// exponent bias, and a shift makes 2^n of them. The bias carries a Lift so that 2^(n + Lift) is a normal number wherever exp(x) is not zero: one
/// last multiplication takes it away, and only that one can round into the subnormals. ln 2 is split so that n times its high part is exact;
/// the low part is added to the small r^2 q, because adding it to r first costs a quarter of an ulp and with it the bound of 1.
/// q is the minimax polynomial (double: the Chebyshev interpolant) of (exp(r) - 1 - r) / r^2, weighted by what it adds to the result in ulp. The form
/// keeps exp(0) = 1 and every result within 1 ulp: tests/ExponentialError checks all floats.
/// </remarks>
internal static unsafe class Exponential<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>exp(x) for x in [-infinity, 0], 0 where that rounds to 0, and NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        // below this exp rounds to 0; a zero is selected rather than computed, because a result that underflows takes a thousand cycles
        TVector lowest = Constant(-104, -745.2);
        TVector u = Reduce(TSimd.Larger(lowest, x), out TVector power);
        TVector lifted = TSimd.SelectLarger(lowest, x, TSimd.Broadcast(T.Zero), TSimd.MultiplyAdd(u, power, power));
        return TSimd.Multiply(lifted, Constant(5.4210109e-20f, 7.458340731200207e-155));
    }

    /// <summary>tanh(x) and its derivative 1 - tanh(x)^2, both without cancellation: from exp(-2|x|) - 1 and exp(-2|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x, out TVector slope)
    {
        // beyond 64 tanh is 1 to the last bit in either type, and its slope is 0 to the last bit of anything it is subtracted from
        TVector doubled = TSimd.Larger(Constant(-64, -64), TSimd.Multiply(TSimd.Abs(x), Constant(-2, -2)));
        TVector u = Reduce(doubled, out TVector power);
        power = TSimd.Multiply(power, Constant(5.4210109e-20f, 7.458340731200207e-155));
        TVector exp = TSimd.MultiplyAdd(u, power, power);
        TVector oneMinusExp = TSimd.Subtract(TSimd.Subtract(Constant(1, 1), power), TSimd.Multiply(u, power));
        TVector inverse = TSimd.Divide(Constant(1, 1), TSimd.Add(Constant(1, 1), exp));
        slope = TSimd.Multiply(TSimd.Multiply(Constant(4, 4), exp), TSimd.Multiply(inverse, inverse));
        return TSimd.CopySign(TSimd.Multiply(oneMinusExp, inverse), x);
    }

    /// <summary>Splits x, at least -104 (float) or -745.2 (double), into u and 2^(n + Lift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, out TVector power)
    {
        // 1.5 * 2^23 (2^52), plus the exponent bias 127 (1023), plus the Lift 64 (512)
        TVector rounder = Constant(12582912 + 127 + 64, 6755399441055744 + 1023 + 512);
        TVector rounded = TSimd.MultiplyAdd(x, Constant(1.4426950408889634f, 1.4426950408889634), rounder);
        power = typeof(T) == typeof(float) ? TSimd.ShiftBitsLeft(rounded, 23) : TSimd.ShiftBitsLeft(rounded, 52);
        TVector n = TSimd.Subtract(rounded, rounder);
        TVector high = TSimd.MultiplyAdd(n, Constant(-0.693145751953125f, -0.693147180559663), x);
        TVector low = TSimd.Multiply(n, Constant(-1.4286068203094173e-06f, -2.8235290563031577e-13));
        TVector r = TSimd.Add(high, low);
        TVector square = TSimd.Multiply(r, r);
        TVector beyond = TSimd.MultiplyAdd(square, typeof(T) == typeof(float) ? FloatQ(r, square) : DoubleQ(r, square), low);
        return TSimd.Add(high, beyond);
    }

    // the terms in pairs and pairs of pairs: a chain of additions through all of them is what the loops around would wait for
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FloatQ(TVector r, TVector square)
    {
        TVector low = TSimd.MultiplyAdd(r, Constant(0.166665241f, 0), Constant(0.499999821f, 0));
        TVector high = TSimd.MultiplyAdd(r, Constant(0.00836845115f, 0), Constant(0.0416710563f, 0));
        high = TSimd.MultiplyAdd(square, Constant(0.00136574241f, 0), high);
        return TSimd.MultiplyAdd(square, high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DoubleQ(TVector r, TVector square)
    {
        TVector fourth = TSimd.Multiply(square, square);
        TVector low = Pair(r, square, 0.5, 0.16666666666666669, 0.04166666666662348, 0.008333333333330011);
        TVector middle = Pair(r, square, 0.0013888888917538296, 0.00019841269863303223, 2.4801520792572694e-05, 2.75572680728901e-06);
        TVector high = TSimd.MultiplyAdd(r, Constant(0, 2.5100569275813683e-08), Constant(0, 2.762032742826824e-07));
        return TSimd.MultiplyAdd(fourth, TSimd.MultiplyAdd(fourth, high, middle), low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Pair(TVector r, TVector square, double c0, double c1, double c2, double c3) => TSimd.MultiplyAdd(
        square,
        TSimd.MultiplyAdd(r, Constant(0, c3), Constant(0, c2)),
        TSimd.MultiplyAdd(r, Constant(0, c1), Constant(0, c0)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(float single, double twice) => TSimd.Broadcast(
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(twice));
}
