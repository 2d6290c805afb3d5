using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Properties;

internal static class Expect
{
    /// <summary>Equal within a tolerance; NaN and infinities equal themselves alone.</summary>
    public static void Near(double expected, double actual, double tolerance, string what)
    {
        if (!IsNear(expected, actual, tolerance))
        {
            Assert.Fail(Invariant($"{what}: expected {expected}, actual {actual}, off by {actual - expected}, allowed {tolerance}"));
        }
    }

    public static void Near(double[] expected, double[] actual, Func<int, double> tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
        {
            double allowed = tolerance(index);
            if (!IsNear(expected[index], actual[index], allowed))
            {
                Near(expected[index], actual[index], allowed, Invariant($"{what}[{index}]"));
            }
        }
    }

    /// <summary>At most the limit, but for a tolerance; NaN is at most NaN.</summary>
    public static void AtMost(double limit, double actual, double tolerance, string what)
    {
        if (!(actual <= limit + tolerance || (double.IsNaN(limit) && double.IsNaN(actual))))
        {
            Assert.Fail(Invariant($"{what}: at most {limit} expected, actual {actual}, over by {actual - limit}, allowed {tolerance}"));
        }
    }

    public static void SameBits<T>(T[] expected, T[] actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        ReadOnlySpan<byte> expectedBits = MemoryMarshal.AsBytes(expected.AsSpan());
        int same = expectedBits.CommonPrefixLength(MemoryMarshal.AsBytes(actual.AsSpan()));
        if (same < expectedBits.Length)
        {
            int index = same * expected.Length / expectedBits.Length;
            Assert.Fail(Invariant($"{what}[{index}]: expected the bits of {expected[index]}, actual {actual[index]}"));
        }
    }

    public static void SameBits(double expected, double actual, string what) => SameBits([expected], [actual], what);

    private static bool IsNear(double expected, double actual, double tolerance) => double.IsFinite(expected) && double.IsFinite(actual)
        ? Math.Abs(expected - actual) <= tolerance
        : expected.Equals(actual);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
