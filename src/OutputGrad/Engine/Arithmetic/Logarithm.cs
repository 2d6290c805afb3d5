using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arithmetic;

/// <summary>
/// log and log1p in double precision, the same bits on every system: the C library's differ between systems in the last place.
/// </summary>
/// <remarks>
/// <code>
/// x = 2^k f,  f in [sqrt(1/2), sqrt(2))        s = (f - 1) / (f + 1)        log x = k ln 2 + 2 (s + s^3/3 + s^5/5 + ...)
/// </code>
/// |s| &lt;= 0.1716, so that the series to s^21 leaves 1e-17 of the value. Near 1 the argument is taken as f - 1, which log1p has
/// unrounded.
/// </remarks>
internal static class Logarithm
{
    private const int MantissaBits = 52;
    private const double SmallestNormal = 2.2250738585072014e-308;
    private const double HalfSqrtOf2 = 0.70710678118654752;

    /// <summary>Below it 1 + x is within [sqrt(1/2), sqrt(2)), whose logarithm is the series alone.</summary>
    private const double MostOfSeries = 0.41;

    /// <summary>At this size a double's last bit is 1: what is taken from its bits is taken from the number.</summary>
    private const double CountingBits = 6755399441055744;

    // ln 2 = High + Low, High with 11 trailing zero bits, so that k High is exact
    private const double Ln2High = 0.693147180559663;
    private const double Ln2Low = 2.8235290563031577e-13;

    /// <summary>log x: NaN for a negative number or NaN, -infinity at 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        // a subnormal number is brought among the normal ones first; no branch on f, which would be guessed wrong as often as right
        int k = x < SmallestNormal ? -54 : 0;
        long bits = BitConverter.DoubleToInt64Bits(x < SmallestNormal ? x * (1L << 54) : x);
        long exponent = (bits - BitConverter.DoubleToInt64Bits(HalfSqrtOf2)) >> MantissaBits;
        k += (int)exponent;
        double f = BitConverter.Int64BitsToDouble(bits - (exponent << MantissaBits));
        return Sum<SimdScalar<double>, double>(k, f - 1);
    }

    /// <summary>log(1 + x) for x at least 0, with full relative accuracy near 0; NaN for NaN.</summary>
    public static double LogOnePlus(double x) => x < MostOfSeries ? Series<SimdScalar<double>, double>(x) : Log(1 + x);

    /// <summary>The same bits in every lane, where 1 + x is finite.</summary>
    /// <param name="x">At least 0. Only what is below 0.41 is read.</param>
    /// <param name="sum">1 + x, rounded.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector LogOnePlus<TSimd, TVector>(TVector x, TVector sum)
        where TSimd : ISimd<TVector, double>
        where TVector : unmanaged
    {
        TVector exponent = TSimd.ShiftBitsRight(TSimd.SubtractBits(sum, TSimd.Broadcast(HalfSqrtOf2)), MantissaBits);
        TVector f = TSimd.SubtractBits(sum, TSimd.ShiftBitsLeft(exponent, MantissaBits));
        TVector counting = TSimd.Broadcast(CountingBits);
        TVector k = TSimd.Subtract(counting, TSimd.SubtractBits(counting, exponent));
        TVector most = TSimd.Broadcast(MostOfSeries);
        return Sum<TSimd, TVector>(
            TSimd.SelectLarger(most, x, default, k), TSimd.SelectLarger(most, x, x, TSimd.Subtract(f, TSimd.Broadcast(1))));
    }

    /// <summary>k ln 2 + log(1 + x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum<TSimd, TVector>(TVector k, TVector x)
        where TSimd : ISimd<TVector, double>
        where TVector : unmanaged
    {
        TVector low = TSimd.Add(TSimd.Multiply(k, TSimd.Broadcast(Ln2Low)), Series<TSimd, TVector>(x));
        return TSimd.Add(TSimd.Multiply(k, TSimd.Broadcast(Ln2High)), low);
    }

    /// <summary>log(1 + x) for 1 + x in [sqrt(1/2), sqrt(2)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Series<TSimd, TVector>(TVector x)
        where TSimd : ISimd<TVector, double>
        where TVector : unmanaged
    {
        TVector s = TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(2), x));
        TVector square = TSimd.Multiply(s, s);

        // in pairs, so that the additions do not wait for one another
        TVector fourth = TSimd.Multiply(square, square);
        TVector low = TSimd.Add(
            Pair<TSimd, TVector>(1.0 / 3, 1.0 / 5, square), TSimd.Multiply(Pair<TSimd, TVector>(1.0 / 7, 1.0 / 9, square), fourth));
        TVector middle = TSimd.Add(
            Pair<TSimd, TVector>(1.0 / 11, 1.0 / 13, square), TSimd.Multiply(Pair<TSimd, TVector>(1.0 / 15, 1.0 / 17, square), fourth));
        TVector high = TSimd.Multiply(TSimd.Multiply(Pair<TSimd, TVector>(1.0 / 19, 1.0 / 21, square), fourth), fourth);
        TVector series = TSimd.Add(low, TSimd.Multiply(TSimd.Multiply(fourth, fourth), TSimd.Add(middle, high)));
        return TSimd.Multiply(TSimd.Broadcast(2), TSimd.Add(s, TSimd.Multiply(TSimd.Multiply(s, square), series)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Pair<TSimd, TVector>(double first, double second, TVector square)
        where TSimd : ISimd<TVector, double>
        where TVector : unmanaged =>
        TSimd.Add(TSimd.Broadcast(first), TSimd.Multiply(TSimd.Broadcast(second), square));
}
