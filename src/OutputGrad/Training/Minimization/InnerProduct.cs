using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace OutputGrad.Training.Minimization;

/// <summary>
/// Inner products in double, in an order of additions that does not depend on the hardware: element i goes to sum i mod 512, and the sums
/// are added in halves.
/// </summary>
internal static class InnerProduct
{
    private const int Sums = 512;

    public static double Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[Sums];
        Span<double> wideX = stackalloc double[Sums];
        Span<double> wideY = stackalloc double[Sums];
        sums.Clear();
        while (!x.IsEmpty)
        {
            int count = Math.Min(Sums, x.Length);
            TensorPrimitives.FusedMultiplyAdd(Wide(x[..count], wideX), Wide(y[..count], wideY), sums[..count], sums);
            x = x[count..];
            y = y[count..];
        }

        for (int half = Sums / 2; half > 0; half /= 2)
        {
            TensorPrimitives.Add<double>(sums[..half], sums.Slice(half, half), sums[..half]);
        }

        return sums[0];
    }

    private static ReadOnlySpan<double> Wide<T>(ReadOnlySpan<T> numbers, Span<double> wide)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return MemoryMarshal.Cast<T, double>(numbers);
        }

        TensorPrimitives.ConvertTruncating<T, double>(numbers, wide);
        return wide[..numbers.Length];
    }
}
