using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arithmetic;

/// <summary>A sum of squares over the whole range of doubles, whose squares have twice the range: Sum 4^Exponent.</summary>
/// <remarks>
/// Nearly always the exponent is 0 and the sum is the plain one. Where that is huge, or so small that squares have underflowed, the
/// same numbers are summed again times a power of two, which rounds nothing away (J. L. Blue, "A portable Fortran program to find the
/// Euclidean norm of a vector", 1978). Squares of floats are within the range of doubles. Sums are added up in twice the precision that the
/// total is rounded to, so that shards of the classes, which add theirs in another order, get the same bits.
/// </remarks>
internal unsafe struct SquareSum
{
    public const int Shift = 600;

    /// <summary>Below it squares that matter may have underflowed: 2^-900. Above one over it sums of sums could overflow.</summary>
    private const double Small = 1.1830521861667747e-271;

    public SquareSum(DoubleDouble sum, int exponent)
    {
        Sum = sum;
        Exponent = exponent;
    }

    public DoubleDouble Sum { get; private set; }

    public int Exponent { get; private set; }

    /// <summary>The power of two that numbers are divided by whose squares have this plain sum.</summary>
    public static int ExponentFor(double sum) => sum < Small ? -Shift : sum > 1 / Small ? Shift : 0;

    /// <summary>first^2 and then the values' squares, in order; as of numbers of type T, whatever they are stored as.</summary>
    public static SquareSum Of<TStored, T>(double first, TStored* values, nint stride, int count)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double plain = SumOf<TStored, T>(first, values, stride, count, 1);
        int exponent = typeof(T) == typeof(double) ? ExponentFor(plain) : 0;
        return exponent == 0
            ? new(plain, 0)
            : new(SumOf<TStored, T>(first, values, stride, count, Math.ScaleB(1, -exponent)), exponent);
    }

    /// <summary>Adds other numbers' squares.</summary>
    public void Add(SquareSum other)
    {
        if (Sum.High == 0 || (other.Exponent > Exponent && other.Sum.High != 0))
        {
            (this, other) = (other, this);
        }

        for (; other.Exponent < Exponent; other.Exponent += Shift)
        {
            // 4^-Shift is no double
            other.Sum = other.Sum * Math.ScaleB(1, -Shift) * Math.ScaleB(1, -Shift);
        }

        Sum += other.Sum;
    }

    /// <summary>
    /// The product of the roots, in two parts so that it may be divided by where it is beyond the range: Root 2^Exponent.
    /// </summary>
    public static (double Root, int Exponent) RootOfProduct(SquareSum left, SquareSum right) =>
        (Math.Sqrt(left.Sum.High) * Math.Sqrt(right.Sum.High), left.Exponent + right.Exponent);

    private static double SumOf<TStored, T>(double first, TStored* values, nint stride, int count, double scale)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = first * scale * (first * scale);
        for (int i = 0; i < count; i++)
        {
            double value = double.CreateTruncating(Widening.Number<TStored, T>(values[i * stride])) * scale;
            sum += value * value;
        }

        return sum;
    }
}
