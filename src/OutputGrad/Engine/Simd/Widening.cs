using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine.Simd;

/// <summary>Stored numbers in the type in which is computed, exactly: numbers of 16 bits are floats, and those are doubles.</summary>
/// <remarks>
/// A <see cref="Half"/> has 5 bits of exponent and 10 of fraction where a float has 8 and 23. Moved to their places, with the sign extended
/// above them, the exponent is 112 too small. A subnormal has no leading 1: with the exponent of the smallest normal number, 113 more, it
/// is too large by that number, which is subtracted. Of both results the smaller is right: for a normal number the second is larger. The
/// exponent of infinity and NaN is made all ones. A multiplication by 2^112 would do for normal and subnormal numbers, and takes a hundred
/// cycles for each subnormal on processors that handle those in microcode.
/// </remarks>
internal static unsafe class Widening
{
    /// <summary>The bits of a float's fraction, and how many of them a half lacks.</summary>
    private const int FractionBits = 23;
    private const int MissingBits = 13;

    private const int HalfMagnitude = 0x7FFF << MissingBits;
    private const int MissingBias = 112 << FractionBits;
    private const int SubnormalBias = 113 << FractionBits;
    private const int Infinity = 0xFF << FractionBits;
    private const float SmallestNormalHalf = 1f / (1 << 14);
    private const float AboveHalf = 1 << 16;

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
        Vector512<int> bits = Vector512.WidenLower(Vector256.Load((short*)source).ToVector512Unsafe());
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector512<int> moved = bits << MissingBits;
        Vector512<int> magnitude = moved & Vector512.Create(HalfMagnitude);
        Vector512<float> normal = (magnitude + Vector512.Create(MissingBias)).AsSingle();
        Vector512<float> subnormal = (magnitude + Vector512.Create(SubnormalBias)).AsSingle() - Vector512.Create(SmallestNormalHalf);
        Vector512<float> isSpecial = Vector512.GreaterThanOrEqual(normal, Vector512.Create(AboveHalf));
        Vector512<int> special = isSpecial.AsInt32() & Vector512.Create(Infinity);
        Vector512<int> signed = moved & Vector512.Create(int.MinValue);
        return (Vector512.MinNative(normal, subnormal).AsInt32() | special | signed).AsSingle();
    }

    /// <inheritdoc cref="Sixteen"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Eight<TStored>(TStored* source)
        where TStored : unmanaged
    {
        Vector256<int> bits = Vector256.WidenLower(Vector128.Load((short*)source).ToVector256Unsafe());
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector256<int> moved = bits << MissingBits;
        Vector256<int> magnitude = moved & Vector256.Create(HalfMagnitude);
        Vector256<float> normal = (magnitude + Vector256.Create(MissingBias)).AsSingle();
        Vector256<float> subnormal = (magnitude + Vector256.Create(SubnormalBias)).AsSingle() - Vector256.Create(SmallestNormalHalf);
        Vector256<float> isSpecial = Vector256.GreaterThanOrEqual(normal, Vector256.Create(AboveHalf));
        Vector256<int> special = isSpecial.AsInt32() & Vector256.Create(Infinity);
        Vector256<int> signed = moved & Vector256.Create(int.MinValue);
        return (Vector256.MinNative(normal, subnormal).AsInt32() | special | signed).AsSingle();
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
        Vector128<int> bits = Vector128.WidenLower(Vector128.CreateScalarUnsafe(four).AsInt16());
        if (typeof(TStored) == typeof(BFloat16))
        {
            return (bits << 16).AsSingle();
        }

        Vector128<int> moved = bits << MissingBits;
        Vector128<int> magnitude = moved & Vector128.Create(HalfMagnitude);
        Vector128<float> normal = (magnitude + Vector128.Create(MissingBias)).AsSingle();
        Vector128<float> subnormal = (magnitude + Vector128.Create(SubnormalBias)).AsSingle() - Vector128.Create(SmallestNormalHalf);
        Vector128<float> isSpecial = Vector128.GreaterThanOrEqual(normal, Vector128.Create(AboveHalf));
        Vector128<int> special = isSpecial.AsInt32() & Vector128.Create(Infinity);
        Vector128<int> signed = moved & Vector128.Create(int.MinValue);
        return (Vector128.MinNative(normal, subnormal).AsInt32() | special | signed).AsSingle();
    }
}
