using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine.Simd;

/// <summary>Stored numbers in the type in which is computed, exactly: numbers of 16 bits are floats, and those are doubles.</summary>
/// <remarks>
/// A <see cref="Half"/> has 5 bits of exponent and 10 of fraction where a float has 8 and 23. Moved to their places, the exponent is 112
/// too small. Infinity and NaN, whose exponent is all ones, lack 112 more. A subnormal has no leading 1: with the exponent of the smallest
/// normal number it is too large by that number, which is subtracted. A multiplication by 2^112 would do all of that but infinity, and
/// takes a hundred cycles for every subnormal on processors that handle those in microcode.
/// </remarks>
internal static unsafe class Widening
{
    /// <summary>In a float: the fraction's first bit, and below it those that a half lacks.</summary>
    private const int ExponentShift = 23;
    private const int MissingBits = 13;

    private const int HalfMagnitude = 0x7FFF << MissingBits;
    private const int HalfInfinity = 0x7C00 << MissingBits;
    private const int MissingBias = 112 << ExponentShift;
    private const int One = 1 << ExponentShift;
    private const float SmallestNormalHalf = 1f / (1 << 14);

    /// <summary>One number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Number<TStored, T>(TStored stored)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(TStored) == typeof(T)
            ? Unsafe.BitCast<TStored, T>(stored)
            : T.CreateTruncating(typeof(TStored) == typeof(Half)
                ? (float)Unsafe.BitCast<TStored, Half>(stored)
                : (float)Unsafe.BitCast<TStored, BFloat16>(stored));

    /// <summary>As many numbers of 16 bits as a vector of floats holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sixteen<TStored>(TStored* source)
        where TStored : unmanaged
    {
        Vector512<int> bits = Vector512.WidenLower(Vector256.Load((ushort*)source).ToVector512Unsafe()).AsInt32();
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector512<int> signed = (bits << 16) & Vector512.Create(int.MinValue);
        Vector512<int> magnitude = (bits << MissingBits) & Vector512.Create(HalfMagnitude);
        Vector512<int> bias = Vector512.Create(MissingBias);
        Vector512<int> normal = magnitude + bias;
        normal += Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(HalfInfinity)) & bias;
        Vector512<float> subnormal = (normal + Vector512.Create(One)).AsSingle() - Vector512.Create(SmallestNormalHalf);
        Vector512<int> isSubnormal = Vector512.LessThan(magnitude, Vector512.Create(One));
        return (Vector512.ConditionalSelect(isSubnormal, subnormal.AsInt32(), normal) | signed).AsSingle();
    }

    /// <inheritdoc cref="Sixteen"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight<TStored>(TStored* source)
        where TStored : unmanaged
    {
        Vector256<int> bits = Vector256.WidenLower(Vector128.Load((ushort*)source).ToVector256Unsafe()).AsInt32();
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector256<int> signed = (bits << 16) & Vector256.Create(int.MinValue);
        Vector256<int> magnitude = (bits << MissingBits) & Vector256.Create(HalfMagnitude);
        Vector256<int> bias = Vector256.Create(MissingBias);
        Vector256<int> normal = magnitude + bias;
        normal += Vector256.GreaterThanOrEqual(magnitude, Vector256.Create(HalfInfinity)) & bias;
        Vector256<float> subnormal = (normal + Vector256.Create(One)).AsSingle() - Vector256.Create(SmallestNormalHalf);
        Vector256<int> isSubnormal = Vector256.LessThan(magnitude, Vector256.Create(One));
        return (Vector256.ConditionalSelect(isSubnormal, subnormal.AsInt32(), normal) | signed).AsSingle();
    }

    /// <inheritdoc cref="Sixteen"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Four<TStored>(TStored* source)
        where TStored : unmanaged => Widen<TStored>(Unsafe.ReadUnaligned<ulong>(source));

    /// <summary>As many numbers of 16 bits as a vector of doubles holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> EightDoubles<TStored>(TStored* source)
        where TStored : unmanaged
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Eight(source));
        return Vector512.Create(lower, upper);
    }

    /// <inheritdoc cref="EightDoubles"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> FourDoubles<TStored>(TStored* source)
        where TStored : unmanaged
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Four(source));
        return Vector256.Create(lower, upper);
    }

    /// <inheritdoc cref="EightDoubles"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> TwoDoubles<TStored>(TStored* source)
        where TStored : unmanaged => Vector128.WidenLower(Widen<TStored>(Unsafe.ReadUnaligned<uint>(source)));

    /// <summary>Four numbers, side by side in one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Widen<TStored>(ulong four)
        where TStored : unmanaged
    {
        Vector128<int> bits = Vector128.WidenLower(Vector128.CreateScalarUnsafe(four).AsUInt16()).AsInt32();
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector128<int> signed = (bits << 16) & Vector128.Create(int.MinValue);
        Vector128<int> magnitude = (bits << MissingBits) & Vector128.Create(HalfMagnitude);
        Vector128<int> bias = Vector128.Create(MissingBias);
        Vector128<int> normal = magnitude + bias;
        normal += Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(HalfInfinity)) & bias;
        Vector128<float> subnormal = (normal + Vector128.Create(One)).AsSingle() - Vector128.Create(SmallestNormalHalf);
        Vector128<int> isSubnormal = Vector128.LessThan(magnitude, Vector128.Create(One));
        return (Vector128.ConditionalSelect(isSubnormal, subnormal.AsInt32(), normal) | signed).AsSingle();
    }
}
