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
        return (k * Ln2High) + ((k * Ln2Low) + LogOfOnePlus(f - 1));
    }

    /// <summary>log(1 + x) for x at least 0, with full relative accuracy near 0; NaN for NaN.</summary>
    public static double LogOnePlus(double x) => x < 0.41 ? LogOfOnePlus(x) : Log(1 + x);

    private static double LogOfOnePlus(double x)
    {
        double s = x / (2 + x);
        double square = s * s;

        // in pairs, so that the additions do not wait for one another
        double fourth = square * square;
        double low = Pair(1.0 / 3, 1.0 / 5, square) + (Pair(1.0 / 7, 1.0 / 9, square) * fourth);
        double middle = Pair(1.0 / 11, 1.0 / 13, square) + (Pair(1.0 / 15, 1.0 / 17, square) * fourth);
        double series = low + (fourth * fourth * (middle + (Pair(1.0 / 19, 1.0 / 21, square) * fourth * fourth)));
        return 2 * (s + (s * square * series));
    }

    private static double Pair(double first, double second, double square) => first + (second * square);
}
