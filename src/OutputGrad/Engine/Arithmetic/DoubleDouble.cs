namespace OutputGrad.Engine.Arithmetic;

/// <summary>
/// A number in two doubles, the high one its rounding, with some 100 bits: so much more than what is made of it in the end that the order
/// of a few additions and multiplications leaves no trace.
/// </summary>
/// <remarks>
/// Sums and products of two doubles are split into their rounding and its error without loss (T. J. Dekker, "A floating-point technique for
/// extending the available precision", 1971; D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B). Products take a fused
/// multiply-add, whose software form gives the same bits.
/// </remarks>
internal readonly struct DoubleDouble(double high, double low)
{
    // ln 2 in three parts, the first two of 33 bits at most, so that their products with a small integer are exact
    private const double Ln2High = 0.6931471803691238;
    private const double Ln2Middle = 1.9082149291141208e-10;
    private const double Ln2Low = 1.564670158533888e-20;

    /// <summary>exp(s) = 1 + s + ... to s^9 / 9! where |s| &lt; 0.0014 leaves less than 1e-32 of it.</summary>
    private const int Terms = 9;

    /// <summary>exp(r) = exp(r / 2^8)^(2^8).</summary>
    private const int Squarings = 8;

    public double High { get; } = high;

    public double Low { get; } = low;

    /// <summary>Whether the low one is what rounding could take from the high one; nothing where that is not finite.</summary>
    public bool IsRounded
    {
        get
        {
            double magnitude = Math.Abs(High);
            return double.IsFinite(magnitude)
                ? double.IsFinite(Low) && Math.Abs(Low) <= double.BitIncrement(magnitude) - magnitude
                : Low == 0;
        }
    }

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator +(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble sum = Sum(left.High, right.High);
        return QuickSum(sum.High, sum.Low + (left.Low + right.Low));
    }

    public static DoubleDouble operator *(DoubleDouble left, DoubleDouble right)
    {
        DoubleDouble product = Product(left.High, right.High);
        return QuickSum(product.High, product.Low + ((left.High * right.Low) + (left.Low * right.High)));
    }

    /// <summary>left - right without rounding.</summary>
    public static DoubleDouble Difference(double left, double right) => Sum(left, -right);

    /// <summary>exp(x) for x at most 0; 0 below -745, where a double has none.</summary>
    public static DoubleDouble Exp(DoubleDouble x)
    {
        if (!(x.High >= -745))
        {
            return double.IsNaN(x.High) ? double.NaN : 0;
        }

        double n = Math.Round(x.High / Ln2High);
        DoubleDouble r = x + (-n * Ln2High) + (-n * Ln2Middle) + Product(-n, Ln2Low);
        DoubleDouble s = new(r.High / (1 << Squarings), r.Low / (1 << Squarings));
        DoubleDouble u = 1;
        for (int term = Terms; term > 1; term--)
        {
            u = 1 + (s * u * Reciprocal(term));
        }

        // exp - 1, because squaring 1 + u would lose as many bits of a small u as there are squarings
        u *= s;
        for (int i = 0; i < Squarings; i++)
        {
            u = u + u + (u * u);
        }

        DoubleDouble result = 1 + u;
        return new(Math.ScaleB(result.High, (int)n), Math.ScaleB(result.Low, (int)n));
    }

    private static DoubleDouble Reciprocal(double value)
    {
        double high = 1 / value;
        return new(high, Math.FusedMultiplyAdd(-high, value, 1) / value);
    }

    private static DoubleDouble Product(double left, double right)
    {
        double product = left * right;
        return new(product, double.IsFinite(product) ? Math.FusedMultiplyAdd(left, right, -product) : 0);
    }

    private static DoubleDouble Sum(double left, double right)
    {
        double sum = left + right;
        double part = sum - left;
        return new(sum, double.IsFinite(sum) ? left - (sum - part) + (right - part) : 0);
    }

    /// <summary>Where the left one is not the smaller.</summary>
    private static DoubleDouble QuickSum(double left, double right)
    {
        double sum = left + right;
        return new(sum, double.IsFinite(sum) ? right - (sum - left) : 0);
    }
}
