using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// exp and tanh: their error against <see cref="ExactFunctions"/>, their special values, and the same bits from every vector width.
/// </summary>
public abstract class ExponentialTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A whole number of the widest vectors.</summary>
    private const int Samples = 16 * 1024;

    /// <summary>4 exp(-64): from there on the slope keeps still, which is 0 beside any other logit's.</summary>
    private const double MostSlopeBeyond32 = 6.5e-28;

    private static readonly double U = Near.Roundoff<T>();

    /// <summary>What the engine says of its exp; in double nobody has tried all arguments, so that half an ulp is left.</summary>
    protected abstract double WorstUlps { get; }

    protected abstract int MantissaBits { get; }

    protected abstract int SmallestExponent { get; }

    /// <summary>Where exp of anything less is 0.</summary>
    protected abstract double Lowest { get; }

    private static T Least => T.BitIncrement(T.NegativeInfinity);

    private T[] Arguments
    {
        get
        {
            double[] units = new IntegerNumbers(7).Signed<double>(Samples);
            return [.. units.Select((unit, i) => T.CreateChecked(-Math.Abs((i % 4) switch
            {
                0 => Lowest * unit,
                1 => Lowest * (1 - (unit * .17)),
                2 => unit,
                _ => Math.ScaleB(unit, -(i / 4 % 100)),
            })))];
        }
    }

    [Fact]
    public void ExpIsAccurateDownToTheSmallestSubnormal()
    {
        Assert.SkipUnless(VectorSupport.IsFused, "The bound is that of fused multiply-adds.");
        T[] x = Arguments, y = new T[Samples];
        VectorFunctions<SimdNative<T>, Vector<T>, T>.Exp(x, y);
        int subnormal = 0;
        for (int i = 0; i < Samples; i++)
        {
            double error = ExactFunctions.UlpsFromExp(
                double.CreateChecked(x[i]), double.CreateChecked(y[i]), MantissaBits, SmallestExponent);
            Assert.True(error <= WorstUlps, $"exp({x[i]}) = {y[i]} is off by {error} ulp.");
            subnormal += T.IsSubnormal(y[i]) ? 1 : 0;
        }

        Assert.True(subnormal > 500, $"Only {subnormal} results are subnormal.");
    }

    [Fact]
    public void ExpOfSpecialValues()
    {
        T[] x = new T[64], y = new T[64];
        T[] below =
            [T.CreateChecked(Lowest), T.CreateChecked(Lowest * 1.001), T.CreateChecked(Lowest * 1.01), T.CreateChecked(Lowest * 1.02)];
        T[] special = [T.Zero, -T.Zero, -T.Epsilon, T.NegativeInfinity, Least, .. below, T.NaN, -T.NaN];
        T[] expected = [T.One, T.One, T.One, T.Zero, T.Zero, .. below.Select(_ => T.Zero), T.NaN, T.NaN];
        for (int i = 0; i < special.Length; i++)
        {
            Array.Fill(x, special[i]);
            VectorFunctions<SimdNative<T>, Vector<T>, T>.Exp(x, y);
            Assert.All(y, result => Assert.Equal(expected[i], result));
        }
    }

    /// <summary>
    /// In units u of roundoff, with e = exp(-2|x|) known to 2 u and e - 1 to 1.3: tanh = (1 - e) / (1 + e) is off by 1.3 for 1 - e, 1 for e
    /// in 1 + e, of which it is at most half, 1 each for that sum, the quotient and the product: under 6. The slope 4 e / (1 + e)^2 by 2
    /// for e, because its derivative for log e is at most 1, twice 1 + 1 for the sum and the quotient, and 1 each for two products: 8.
    /// </summary>
    [Fact]
    public void TanhAndItsSlopeHaveSmallRelativeErrors()
    {
        double[] units = new IntegerNumbers(8).Signed<double>(Samples);
        T[] x = [.. units.Select(
            (unit, i) => T.CreateChecked((i % 3) switch { 0 => 40 * unit, 1 => 2 * unit, _ => Math.ScaleB(unit, -(i / 3 % 90)) }))];
        T[] tanh = new T[Samples], slope = new T[Samples];
        VectorFunctions<SimdNative<T>, Vector<T>, T>.Tanh(x, tanh, slope);
        double worstTanh = 0, worstSlope = 0;
        for (int i = 0; i < Samples; i++)
        {
            (double ofTanh, double ofSlope) = ExactFunctions.RelativeErrors(
                double.CreateChecked(x[i]), double.CreateChecked(tanh[i]), double.CreateChecked(slope[i]));
            worstTanh = Math.Max(worstTanh, Math.Abs(ofTanh) / U);
            worstSlope = Math.Max(worstSlope, T.Abs(x[i]) <= T.CreateChecked(32) ? Math.Abs(ofSlope) / U : 0);
            Assert.InRange(double.CreateChecked(slope[i]), 0, T.Abs(x[i]) > T.CreateChecked(32) ? MostSlopeBeyond32 : 1 + (8 * U));
        }

        Assert.True(worstTanh <= 6, $"tanh is off by {worstTanh} roundoffs.");
        Assert.True(worstSlope <= 8, $"Its slope is off by {worstSlope} roundoffs.");
    }

    [Fact]
    public void TanhOfSpecialValues()
    {
        T[] special = [T.Zero, -T.Zero, T.PositiveInfinity, T.NegativeInfinity, -Least, Least, T.NaN];
        T[] tanhs = [T.Zero, -T.Zero, T.One, T.NegativeOne, T.One, T.NegativeOne, T.NaN];
        T[] x = new T[64], tanh = new T[64], slope = new T[64];
        for (int i = 0; i < special.Length; i++)
        {
            Array.Fill(x, special[i]);
            VectorFunctions<SimdNative<T>, Vector<T>, T>.Tanh(x, tanh, slope);
            Assert.All(tanh, result => Assert.Equal(tanhs[i], result));
            Assert.All(tanh, result => Assert.True(T.IsNaN(result) || T.IsNegative(result) == T.IsNegative(special[i])));
            T most = T.CreateChecked(MostSlopeBeyond32);
            Assert.All(slope, result => Assert.True(
                T.IsZero(special[i]) ? result == T.One : T.IsNaN(result) == T.IsNaN(special[i]) && !(result > most)));
        }
    }

    [Fact]
    public void EveryVectorWidthGivesTheSameBits()
    {
        Assert.SkipUnless(VectorSupport.IsFused, "Without fused multiply-adds some widths round twice and others once, in software.");
        SameBits<VectorFunctions<SimdNative<T>, Vector<T>, T>>();
        SameBits<VectorFunctions<Simd512<T>, Vector512<T>, T>>();
    }

    /// <summary>At every place of rows of every length, so in whole vectors and in what is left of the row.</summary>
    [Fact]
    public void EveryPlaceInARowGivesTheSameBits()
    {
        Assert.SkipUnless(VectorSupport.IsFused, "Without fused multiply-adds some widths round twice and others once, in software.");
        SameBitsInRows<VectorFunctions<SimdNative<T>, Vector<T>, T>>();
        SameBitsInRows<VectorFunctions<Simd512<T>, Vector512<T>, T>>();
        SameBitsInRows<VectorFunctions<SimdScalar<T>, T, T>>();
    }

    private void SameBits<TFunctions>()
        where TFunctions : IVectorFunctions<T>
    {
        T[] x = Arguments, expected = new T[Samples], actual = new T[Samples], expectedSlope = new T[Samples], actualSlope = new T[Samples];
        VectorFunctions<SimdScalar<T>, T, T>.Exp(x, expected);
        TFunctions.Exp(x, actual);
        Exactly.SameBits<T>(expected, actual, "exp");
        VectorFunctions<SimdScalar<T>, T, T>.Tanh(x, expected, expectedSlope);
        TFunctions.Tanh(x, actual, actualSlope);
        Exactly.SameBits<T>(expected, actual, "tanh");
        Exactly.SameBits<T>(expectedSlope, actualSlope, "slope of tanh");
    }

    private void SameBitsInRows<TFunctions>()
        where TFunctions : IVectorFunctions<T>
    {
        T[] x = Arguments[..2200], expected = new T[x.Length], actual = new T[x.Length];
        VectorFunctions<SimdScalar<T>, T, T>.Exp(x, expected);
        foreach (int length in Enumerable.Range(0, 70).Concat([1023, 1024, 1025, 2100]))
        {
            for (int offset = 0; offset <= 17; offset++)
            {
                ReadOnlySpan<T> row = x.AsSpan(offset, length);
                double sum = TFunctions.ExpRow(row, leftOut: -1, actual);
                Exactly.SameBits<T>(expected.AsSpan(offset, length), actual.AsSpan(0, length), $"exp at {offset} of {length}");
                Assert.Equal(VectorFunctions<SimdScalar<T>, T, T>.ExpRow(row, leftOut: -1, actual), sum);
                if (length > 0)
                {
                    int leftOut = offset * 61 % length;
                    T[] others = expected[offset..(offset + length)];
                    others[leftOut] = T.Zero;
                    sum = TFunctions.ExpRow(row, leftOut, actual);
                    Exactly.SameBits<T>(others, actual.AsSpan(0, length), $"exp at {offset} of {length} without {leftOut}");
                    Assert.Equal(VectorFunctions<SimdScalar<T>, T, T>.ExpRow(row, leftOut, actual), sum);
                }
            }
        }
    }
}

public sealed class ExponentialTestsInFloat : ExponentialTests<float>
{
    protected override double WorstUlps => 1;

    protected override int MantissaBits => 23;

    protected override int SmallestExponent => -126;

    protected override double Lowest => -104;
}

public sealed class ExponentialTestsInDouble : ExponentialTests<double>
{
    protected override double WorstUlps => 1.5;

    protected override int MantissaBits => 52;

    protected override int SmallestExponent => -1022;

    protected override double Lowest => -745.2;
}
