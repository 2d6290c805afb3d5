using System.Numerics;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// exp, tanh and its slope in integers: numbers are multiples of 2^-600. Each truncation loses less than 2^-600, the 12 squarings after the
/// series multiply what the 60 before have lost by 2^12, and 2^k shifts back: exp, taken as mantissa in [0.7, 1.5] and exponent, has a
/// relative error below 2^-580. tanh loses what cancels in 1 - exp(-2x), 2^-480 relative at x = 2^-100, the smallest that is asked for.
/// </summary>
internal static class ExactFunctions
{
    private const int Bits = 600, Halvings = 12;

    private static readonly BigInteger One = BigInteger.One << Bits;
    private static readonly BigInteger Ln2 = NaturalLogarithmOf2();

    /// <summary>How far a number is from exp(x), in units of the last place that a type with so many mantissa bits has there.</summary>
    public static double UlpsFromExp(double x, double actual, int mantissaBits, int smallestExponent)
    {
        (BigInteger mantissa, int exponent) = Exp(x);
        return Ulps(mantissa, exponent, actual, mantissaBits, smallestExponent);
    }

    /// <summary>The relative error of a number meant to be tanh(x), and of one meant to be 1 - tanh(x)^2.</summary>
    public static (double Tanh, double Slope) RelativeErrors(double x, double tanh, double slope)
    {
        (BigInteger mantissa, int exponent) = Exp(-2 * Math.Abs(x));
        BigInteger e = mantissa >> -exponent, sum = One + e;
        BigInteger exactTanh = ((One - e) << Bits) / sum * Math.Sign(x);
        BigInteger exactSlope = (4 * e << (2 * Bits)) / (sum * sum);
        return (Relative(exactTanh, tanh), Relative(exactSlope, slope));
    }

    /// <summary>The absolute error of y as log x: x exp(-y) - 1, to the square of that.</summary>
    public static double ErrorOfLog(double x, double y)
    {
        (BigInteger mantissa, int exponent) = Exp(-y);
        (BigInteger significand, int power) = Parts(x);
        BigInteger product = Shift(significand * mantissa, power + exponent);
        return (double)(product - One) / (double)One;
    }

    /// <summary>The same for log(1 + x).</summary>
    public static double ErrorOfLogOnePlus(double x, double y)
    {
        (BigInteger mantissa, int exponent) = Exp(-y);
        BigInteger product = Shift((One + FixedPoint(x)) * mantissa, exponent - Bits);
        return (double)(product - One) / (double)One;
    }

    private static double Relative(BigInteger exact, double actual) =>
        (double)(FixedPoint(actual) - exact) / (double)BigInteger.Abs(exact);

    private static double Ulps(BigInteger mantissa, int exponent, double actual, int mantissaBits, int smallestExponent)
    {
        int binade = (int)mantissa.GetBitLength() - 1 - Bits + exponent;
        int lastPlace = Math.Max(binade, smallestExponent) - mantissaBits;
        (BigInteger significand, int power) = Parts(actual);

        // both over the last place, with 2^-Bits as unit again
        BigInteger difference = Shift(significand, power - lastPlace + Bits) - Shift(mantissa, exponent - lastPlace);
        return Math.Abs((double)difference / (double)One);
    }

    /// <summary>exp(x) = mantissa 2^(exponent - Bits).</summary>
    private static (BigInteger Mantissa, int Exponent) Exp(double x)
    {
        int k = (int)Math.Round(x / Math.Log(2));
        BigInteger r = (FixedPoint(x) - (k * Ln2)) >> Halvings;
        BigInteger term = One, sum = One;
        for (int i = 1; !term.IsZero && term != BigInteger.MinusOne; i++)
        {
            term = ((term * r) >> Bits) / i;
            sum += term;
        }

        for (int i = 0; i < Halvings; i++)
        {
            sum = (sum * sum) >> Bits;
        }

        return (sum, k);
    }

    private static BigInteger FixedPoint(double value)
    {
        (BigInteger significand, int power) = Parts(value);
        return Shift(significand, power + Bits);
    }

    /// <summary>value = significand 2^power.</summary>
    private static (BigInteger Significand, int Power) Parts(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long fraction = bits & ((1L << 52) - 1);
        long significand = exponent == 0 ? fraction : fraction | (1L << 52);
        return (value < 0 ? -significand : significand, Math.Max(exponent, 1) - 1075);
    }

    private static BigInteger Shift(BigInteger value, int count) => count >= 0 ? value << count : value >> -count;

    /// <summary>ln 2 = 2 artanh(1/3) = 2 (1/3 + 1/(3 3^3) + 1/(5 3^5) + ...).</summary>
    private static BigInteger NaturalLogarithmOf2()
    {
        BigInteger power = One / 3, sum = BigInteger.Zero;
        for (int i = 1; !power.IsZero; i += 2)
        {
            sum += power / i;
            power /= 9;
        }

        return 2 * sum;
    }
}
