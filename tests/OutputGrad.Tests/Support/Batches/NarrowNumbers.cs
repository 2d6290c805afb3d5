using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Numbers of 16 bits, by means of their own: what the library widens is not narrowed by it.</summary>
public static class NarrowNumbers
{
    public static Half[] Halves<T>(params T[] numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(numbers, Half.CreateTruncating);

    /// <summary>The bits of the upper halves of floats, rounded to the nearest; ties go to even.</summary>
    public static ushort[] BFloat16s<T>(params T[] numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(numbers, number =>
        {
            uint bits = BitConverter.SingleToUInt32Bits(float.CreateTruncating(number));
            uint rounded = T.IsNaN(number) ? bits | 0x400000 : bits + 0x7FFF + ((bits >> 16) & 1);
            return (ushort)(rounded >> 16);
        });

    /// <summary>The bits of numbers that are stored in 16.</summary>
    public static ushort[] Bits<T>(StoredFormat format, params T[] numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        format == StoredFormat.Half ? Array.ConvertAll(Halves(numbers), BitConverter.HalfToUInt16Bits) : BFloat16s(numbers);

    public static float Widened(StoredFormat format, ushort bits) => format == StoredFormat.Half
        ? (float)BitConverter.UInt16BitsToHalf(bits)
        : BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The numbers that a format makes of these.</summary>
    public static T[] Rounded<T>(StoredFormat format, T[] numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format == StoredFormat.Full
        ? numbers
        : Array.ConvertAll(Bits(format, numbers), bits => T.CreateTruncating(Widened(format, bits)));
}
