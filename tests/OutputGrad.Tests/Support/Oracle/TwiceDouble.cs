namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// A number as the sum of two doubles, of which the low one is at most half a unit in the last place of the high one: some 106 bits, so
/// that an error of the library in double is measured to twelve digits and more.
/// </summary>
/// <remarks>
/// Additions and multiplications are off by a few times 2^-104 of their result (of the larger operand where a sum cancels), exp and log by
/// less than 1e-28. Numbers are finite, and so far above the smallest that the low part has its bits: 1e-270 and more.
/// </remarks>
public readonly record struct TwiceDouble(double High, double Low)
{
    /// <summary>exp(s) as 1 + s + ... + s^10 / 10!: for |s| below 2^-11 that leaves less than 1e-43.</summary>
    private const int Terms = 10;

    /// <summary>exp(r) = exp(r / 2^10)^(2^10).</summary>
    private const int Squarings = 10;

    /// <summary>ln 2 to 107 bits.</summary>
    private static readonly TwiceDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);

    public static implicit operator TwiceDouble(double value) => new(value, 0);

    public static explicit operator double(TwiceDouble value) => value.High + value.Low;

    public static TwiceDouble operator +(TwiceDouble left, TwiceDouble right)
    {
        TwiceDouble high = Sum(left.High, right.High), low = Sum(left.Low, right.Low);
        TwiceDouble sum = Ordered(high.High, high.Low + low.High);
        return Ordered(sum.High, sum.Low + low.Low);
    }

    public static TwiceDouble operator -(TwiceDouble value) => new(-value.High, -value.Low);

    public static TwiceDouble operator -(TwiceDouble left, TwiceDouble right) => left + -right;

    public static TwiceDouble operator *(TwiceDouble left, TwiceDouble right)
    {
        double product = left.High * right.High;
        double lost = Math.FusedMultiplyAdd(left.High, right.High, -product);
        return Ordered(product, lost + ((left.High * right.Low) + (left.Low * right.High)));
    }

    /// <summary>Three digits of the quotient, each a double.</summary>
    public static TwiceDouble operator /(TwiceDouble left, TwiceDouble right)
    {
        double first = left.High / right.High;
        TwiceDouble rest = left - (right * first);
        double second = rest.High / right.High;
        rest -= right * second;
        return Ordered(first, second) + (rest.High / right.High);
    }

    public static TwiceDouble Abs(TwiceDouble value) => value.High < 0 ? -value : value;

    /// <summary>exp(x), from the smallest x for which it is a normal number with a low part, -600, to 700.</summary>
    public static TwiceDouble Exp(TwiceDouble x)
    {
        double n = Math.Round(x.High / Ln2.High);
        TwiceDouble s = Scaled(x - (Ln2 * n), -Squarings), power = 1;
        for (int term = Terms; term > 1; term--)
        {
            power = 1 + (s * power / term);
        }

        // exp(s) - 1, because squaring 1 + u would lose as many bits of u as there are squarings
        TwiceDouble u = s * power;
        for (int i = 0; i < Squarings; i++)
        {
            u = u + u + (u * u);
        }

        return Scaled(1 + u, (int)n);
    }

    /// <summary>
    /// log x by one step from the double's logarithm y: x exp(-y) is 1 + e, and log(1 + e) is e - e^2 / 2 to the third power of 1e-16.
    /// </summary>
    public static TwiceDouble Log(TwiceDouble x)
    {
        double y = Math.Log(x.High);
        TwiceDouble e = (x * Exp(-y)) - 1;
        return y + (e - (e * e * 0.5));
    }

    /// <summary>log(1 + x) for x at least 0, with a small relative error near 0: 2 (s + s^3 / 3 + ...) with s = x / (2 + x).</summary>
    public static TwiceDouble LogOnePlus(TwiceDouble x)
    {
        if (x.High > 0.01)
        {
            return Log(1 + x);
        }

        TwiceDouble s = x / (2 + x), square = s * s, series = 0;
        for (int power = 13; power > 0; power -= 2)
        {
            series = (series * square) + ((TwiceDouble)1 / power);
        }

        return 2 * (s * series);
    }

    private static TwiceDouble Scaled(TwiceDouble value, int power) => new(Math.ScaleB(value.High, power), Math.ScaleB(value.Low, power));

    /// <summary>The sum and its rounding error (D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B).</summary>
    private static TwiceDouble Sum(double left, double right)
    {
        double sum = left + right, part = sum - left;
        return new(sum, left - (sum - part) + (right - part));
    }

    /// <summary>The same where the left one is not the smaller.</summary>
    private static TwiceDouble Ordered(double left, double right)
    {
        double sum = left + right;
        return new(sum, right - (sum - left));
    }
}
