using System.Globalization;
using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Support;

/// <summary>Comparisons within a tolerance, which say by how much they failed.</summary>
public static class Near
{
    /// <summary>The unit roundoff u of a type: the largest relative error of rounding one number to it.</summary>
    public static double Roundoff<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2;

    /// <summary>
    /// Fails unless the numbers are within the tolerance; NaN and infinities must be the same. Four of the smallest subnormals are always
    /// granted: below the normal range rounding errors are absolute. What may be beyond the range of the type may be infinite.
    /// </summary>
    public static void Equal<T>(double expected, T actual, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsNear(expected, actual, tolerance, what))
        {
            Fail(expected, actual, tolerance, what);
        }
    }

    /// <summary>The same for every element, whose tolerances are told by their index.</summary>
    public static void Equal<T>(double[] expected, T[] actual, Func<int, double> tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = tolerance(i);
            if (!IsNear(expected[i], actual[i], allowed, what))
            {
                Fail(expected[i], actual[i], allowed, $"{what}[{i}]");
            }
        }
    }

    /// <summary>Fails unless the number is at most the limit, but for a tolerance; NaN is at most NaN.</summary>
    public static void AtMost(double limit, double actual, double tolerance, string what)
    {
        if (!(actual <= limit + tolerance || (double.IsNaN(limit) && double.IsNaN(actual))))
        {
            Assert.Fail(Invariant($"{what}: at most {limit} expected, found {actual}; over by {actual - limit}, allowed {tolerance}."));
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

    private static bool IsNear<T>(double expected, T actual, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double found = double.CreateChecked(actual), error = Math.Abs(expected - found);
        double furthest = expected + Math.CopySign(tolerance, expected), granted = 4 * double.CreateChecked(T.Epsilon);
        if (double.IsFinite(error))
        {
            UsedTolerances.Add(typeof(T).Name, what, Math.Max(error - granted, 0), tolerance);
        }

        return double.IsFinite(expected) && double.IsFinite(found)
            ? error <= tolerance + granted
            : expected.Equals(found) || (double.IsFinite(expected) && double.CreateChecked(T.CreateChecked(furthest)).Equals(found));
    }

    private static void Fail<T>(double expected, T actual, double tolerance, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double found = double.CreateChecked(actual), error = Math.Abs(expected - found);
        double units = error / (Roundoff<T>() * Math.Abs(expected));
        string off = Invariant($"off by {error:E2} ({units:G3} relative roundoffs of {typeof(T).Name}), allowed {tolerance:E2}");
        Assert.Fail(Invariant($"{what}: expected {expected:R}, found {found:R}; {off}."));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
