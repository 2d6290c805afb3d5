using System.Numerics;

namespace OutputGrad.Fuzz.Problems;

/// <summary>The numbers at which code goes wrong, put among others.</summary>
internal static class Palette
{
    // The oracle's logits are sums too, in double. Only what has the same sum in any order and any precision goes into a layer.
    private static readonly double[] OfSums = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0];

    private static readonly double[] OfLogits =
    [
        .. OfSums, 0, 17, -17, 88, -88, 89, -104, 709, -709, -746, 1e3, -1e3, 65_504, 1e8, -1e8, 1e30, -1e30,
    ];

    /// <summary>Replaces none of the numbers mostly, or a few, anywhere among them.</summary>
    /// <param name="input">Which numbers become what.</param>
    /// <param name="numbers">The numbers.</param>
    /// <param name="scale">What they will be multiplied by; the product is exact.</param>
    public static void PutIntoLogits<T>(FuzzInput input, T[] numbers, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Put(input, numbers, [.. OfLogits.Select(T.CreateChecked), .. scale == 1 ? Extremes<T>() : []]);

    /// <summary>The same with what a sum of products has the same result for in any order.</summary>
    public static void PutIntoLayer<T>(FuzzInput input, T[] numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Put(input, numbers, [.. OfSums.Select(T.CreateChecked)]);

    private static void Put<T>(FuzzInput input, T[] numbers, T[] palette)
    {
        for (int patches = input.Usually(0, 1, 1, 2, 3, 8); patches > 0 && numbers.Length > 0; patches--)
        {
            numbers[input.Below(1 << 16) % numbers.Length] = palette[input.Below(palette.Length)];
        }
    }

    private static T[] Extremes<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T largest = T.BitDecrement(T.PositiveInfinity);
        return [T.Epsilon, -T.Epsilon, largest, -largest, largest / T.CreateChecked(2), -largest / T.CreateChecked(2)];
    }
}
