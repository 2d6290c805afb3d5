using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Oracle;

/// <summary>Comparisons that say by how much they failed, in units of the type's rounding.</summary>
public static class Near
{
    /// <summary>The unit roundoff u of a type: the largest relative error of rounding one number to it.</summary>
    public static double Roundoff<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    /// <summary>
    /// Fails unless the numbers are within the tolerance; NaN and infinities must be the same. Four of the smallest subnormals are always granted:
    /// below the normal range rounding errors are absolute.
    /// </summary>
    public static void Equal<T>(double expected, T actual, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double found = double.CreateChecked(actual);
        bool near = double.IsFinite(expected)
            ? Math.Abs(expected - found) <= tolerance + (4 * double.CreateChecked(T.Epsilon))
            : expected.Equals(found);
        if (near)
        {
            return;
        }

        double units = Math.Abs(expected - found) / (Roundoff<T>() * Math.Abs(expected));
        Assert.Fail($"{what}: expected {expected:R}, found {found:R}; off by {Math.Abs(expected - found):E2} ({units:G3} relative roundoffs of "
            + $"{typeof(T).Name}), allowed {tolerance:E2}.");
    }

    /// <summary>Fails unless both spans hold the same bits.</summary>
    public static void SameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!MemoryMarshal.AsBytes(expected.Slice(i, 1))
                .SequenceEqual(MemoryMarshal.AsBytes(actual.Slice(i, 1))))
            {
                Assert.Fail($"{what}[{i}]: expected {expected[i]}, found {actual[i]}, which differ in their bits.");
            }
        }
    }

    public static double[] Doubles<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = double.CreateChecked(values[i]);
        }

        return doubles;
    }

    /// <summary>The numbers rounded to the type under test.</summary>
    public static T[] Rounded<T>(params double[] values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(values, T.CreateChecked);
}
