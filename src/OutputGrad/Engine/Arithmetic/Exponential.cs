using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arithmetic;

/// <summary>
/// exp for arguments at most 0, which is all that a softmax asks for once the maximum is subtracted.
/// </summary>
/// <remarks>
/// <code>
/// x = n ln 2 + r,  |r| &lt;= ln 2 / 2        exp(x) = 2^n (1 + u),   u = exp(r) - 1 = r + r^2 q(r)
/// </code>
/// n is rounded by adding a number so large that the sum has no room for a fraction; the low bits of that sum then hold n plus the
/// exponent bias, and a shift makes 2^n of them. The bias carries a Lift so that 2^(n + Lift) is a normal number wherever exp(x) is not
/// zero: one last multiplication takes it away, and only that one can round into the subnormals. The Lift is so small that a little below,
/// where x is held, the exponent field is 0, and so are the power and the result. ln 2 is split so that n times its high part is exact; the
/// low part is added to the small r^2 q, because adding it to r first costs a quarter of an ulp and with it the bound of 1. q is the
/// minimax polynomial (double: the Chebyshev interpolant) of (exp(r) - 1 - r) / r^2, weighted by what it adds to the result in ulp. The
/// form keeps exp(0) = 1 and every result within 1 ulp: tests/ExponentialError checks all floats.
/// </remarks>
internal static unsafe class Exponential<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>exp(x) for x in [-infinity, 0], 0 where that rounds to 0, and NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x) => Evaluate(x, new Constants());

    /// <summary>
    /// The same with constants that a loop has made before it starts. Where 16 registers cannot hold them, each is read when it is used.
    /// </summary>
    /// <remarks>The question is one that the compiler answers before it inlines both ways, which takes three times as long.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x, in Constants constants) =>
        sizeof(TVector) == CacheLine.Bytes || AdvSimd.Arm64.IsSupported ? Evaluate(x, constants) : Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Evaluate(TVector x, in Constants constants)
    {
        TVector u = Reduce(TSimd.Larger(constants.Lowest, x), constants, out TVector power);
        return TSimd.Multiply(TSimd.MultiplyAdd(u, power, power), constants.InverseLift);
    }

    /// <summary>tanh(x) and its derivative 1 - tanh(x)^2, both without cancellation: from exp(-2|x|) - 1 and exp(-2|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x, out TVector slope)
    {
        Constants constants = new();

        // beyond 64 tanh is 1 to the last bit in either type, and its slope is 0 to the last bit of anything it is subtracted from
        TVector doubled = TSimd.Larger(Constant(-64, -64), TSimd.Multiply(TSimd.Abs(x), Constant(-2, -2)));
        TVector u = Reduce(doubled, constants, out TVector power);
        power = TSimd.Multiply(power, constants.InverseLift);
        TVector exp = TSimd.MultiplyAdd(u, power, power);
        TVector oneMinusExp = TSimd.Subtract(TSimd.Subtract(Constant(1, 1), power), TSimd.Multiply(u, power));
        TVector inverse = TSimd.Divide(Constant(1, 1), TSimd.Add(Constant(1, 1), exp));
        slope = TSimd.Multiply(TSimd.Multiply(Constant(4, 4), exp), TSimd.Multiply(inverse, inverse));
        return TSimd.CopySign(TSimd.Multiply(oneMinusExp, inverse), x);
    }

    /// <summary>Splits x, not below <see cref="Constants.Lowest"/>, into u and 2^(n + Lift).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, in Constants constants, out TVector power)
    {
        TVector rounded = TSimd.MultiplyAdd(x, constants.InverseLn2, constants.Rounder);
        power = typeof(T) == typeof(float) ? TSimd.ShiftBitsLeft(rounded, 23) : TSimd.ShiftBitsLeft(rounded, 52);
        TVector n = TSimd.Subtract(rounded, constants.Rounder);
        TVector high = TSimd.MultiplyAdd(n, constants.MinusLn2High, x);
        TVector low = TSimd.Multiply(n, constants.MinusLn2Low);
        TVector r = TSimd.Add(high, low);
        TVector square = TSimd.Multiply(r, r);
        TVector q = typeof(T) == typeof(float) ? FloatQ(r, square, constants) : DoubleQ(r, square, constants);
        return TSimd.Add(high, TSimd.MultiplyAdd(square, q, low));
    }

    // the terms in pairs and pairs of pairs: a chain of additions through all of them is what the loops around would wait for
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FloatQ(TVector r, TVector square, in Constants constants)
    {
        TVector low = TSimd.MultiplyAdd(r, constants.Q1, constants.Q0);
        TVector high = TSimd.MultiplyAdd(r, constants.Q3, constants.Q2);
        high = TSimd.MultiplyAdd(square, constants.Q4, high);
        return TSimd.MultiplyAdd(square, high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DoubleQ(TVector r, TVector square, in Constants constants)
    {
        TVector fourth = TSimd.Multiply(square, square);
        TVector low = Pairs(r, square, constants.Q0, constants.Q1, constants.Q2, constants.Q3);
        TVector middle = Pairs(r, square, constants.Q4, constants.Q5, constants.Q6, constants.Q7);
        TVector high = TSimd.MultiplyAdd(r, constants.Q9, constants.Q8);
        return TSimd.MultiplyAdd(fourth, TSimd.MultiplyAdd(fourth, high, middle), low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Pairs(TVector r, TVector square, TVector q0, TVector q1, TVector q2, TVector q3) =>
        TSimd.MultiplyAdd(square, TSimd.MultiplyAdd(r, q3, q2), TSimd.MultiplyAdd(r, q1, q0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(float single, double twice) => TSimd.Broadcast(
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(single) : Unsafe.BitCast<double, T>(twice));

    /// <summary>
    /// The constants in every lane, to be kept in registers: left to itself, the compiler does so in some loops and not in others. A loop
    /// that uses them is a method that is not inlined, because in a large one the compiler stops inlining what they are used for.
    /// </summary>
    internal readonly struct Constants
    {
        /// <summary>Not far below where exp rounds to 0; at this x the power is a true 0.</summary>
        public readonly TVector Lowest = Constant(-106.05f, -746.52);

        /// <summary>1.5 * 2^23 (2^52), plus the exponent bias 127 (1023), plus the Lift 26 (54).</summary>
        public readonly TVector Rounder = Constant(12582912 + 127 + 26, 6755399441055744 + 1023 + 54);

        /// <summary>2^-Lift.</summary>
        public readonly TVector InverseLift = Constant(1.4901161193847656e-08f, 5.551115123125783e-17);

        public readonly TVector InverseLn2 = Constant(1.4426950408889634f, 1.4426950408889634);
        public readonly TVector MinusLn2High = Constant(-0.693145751953125f, -0.693147180559663);
        public readonly TVector MinusLn2Low = Constant(-1.4286068203094173e-06f, -2.8235290563031577e-13);

        // q's coefficients, those of r^0 first
        public readonly TVector Q0 = Constant(0.499999821f, 0.5);
        public readonly TVector Q1 = Constant(0.166665241f, 0.16666666666666669);
        public readonly TVector Q2 = Constant(0.0416710563f, 0.04166666666662348);
        public readonly TVector Q3 = Constant(0.00836845115f, 0.008333333333330011);
        public readonly TVector Q4 = Constant(0.00136574241f, 0.0013888888917538296);
        public readonly TVector Q5 = Constant(0, 0.00019841269863303223);
        public readonly TVector Q6 = Constant(0, 2.4801520792572694e-05);
        public readonly TVector Q7 = Constant(0, 2.75572680728901e-06);
        public readonly TVector Q8 = Constant(0, 2.762032742826824e-07);
        public readonly TVector Q9 = Constant(0, 2.5100569275813683e-08);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Constants()
        {
        }
    }
}
