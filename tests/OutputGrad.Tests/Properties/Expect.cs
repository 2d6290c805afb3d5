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
        bool near = double.IsFinite(expected) && double.IsFinite(actual)
            ? Math.Abs(expected - actual) <= tolerance
            : expected.Equals(actual);
        Assert.True(near, string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected}, actual {actual}, off by {actual - expected}, allowed {tolerance}"));
    }

    public static void Near(double[] expected, double[] actual, Func<int, double> tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
        {
            Near(expected[index], actual[index], tolerance(index), string.Create(CultureInfo.InvariantCulture, $"{what}[{index}]"));
        }
    }

    /// <summary>At most the limit, but for a tolerance; NaN is at most NaN.</summary>
    public static void AtMost(double limit, double actual, double tolerance, string what) => Assert.True(
        actual <= limit + tolerance || (double.IsNaN(limit) && double.IsNaN(actual)),
        string.Create(CultureInfo.InvariantCulture, $"{what}: at most {limit} expected, actual {actual}, over by {actual - limit}, allowed {tolerance}"));

    public static void SameBits<T>(T[] expected, T[] actual, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int index = 0; index < expected.Length; index++)
        {
            bool same = MemoryMarshal.AsBytes(expected.AsSpan(index, 1)).SequenceEqual(MemoryMarshal.AsBytes(actual.AsSpan(index, 1)));
            Assert.True(same, string.Create(CultureInfo.InvariantCulture, $"{what}[{index}]: expected the bits of {expected[index]}, actual {actual[index]}"));
        }
    }

    public static void SameBits(double expected, double actual, string what) => SameBits([expected], [actual], what);
}
