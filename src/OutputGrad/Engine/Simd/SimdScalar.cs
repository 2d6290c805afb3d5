using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Simd;

/// <summary>The vocabulary in vectors of one element, for the odd number that needs a kernel's very bits.</summary>
internal readonly unsafe struct SimdScalar<T> : ISimd<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static int Registers => 16;

    public static bool HasHalves => false;

    public static T Load(T* source) => *source;

    public static T Widen<TStored>(TStored* source)
        where TStored : unmanaged => Widening.Number<TStored, T>(*source);

    public static void Store(T value, T* destination) => *destination = value;

    public static void StoreAlignedPastCaches(T value, T* destination) => *destination = value;

    public static T Broadcast(T value) => value;

    public static T Add(T left, T right) => left + right;

    public static T Subtract(T left, T right) => left - right;

    public static T Multiply(T left, T right) => left * right;

    public static T Divide(T left, T right) => left / right;

    public static T SquareRoot(T value) => T.Sqrt(value);

    public static T MultiplyAdd(T left, T right, T addend) => T.MultiplyAddEstimate(left, right, addend);

    public static T MultiplyAddLower(T left, T right, T addend) => MultiplyAdd(left, right, addend);

    public static T ZeroUpper(T value) => value;

    public static T Larger(T value, T other) => value > other ? value : other;

    public static T SelectLarger(T value, T other, T ifLarger, T otherwise) => value > other ? ifLarger : otherwise;

    public static uint LargerLanes(T value, T other) => value > other ? 1u : 0;

    public static T CopySign(T magnitude, T sign) => T.CopySign(magnitude, sign);

    public static T Abs(T value) => T.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftBitsLeft(T value, int count) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(value) << count)
        : Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(value) << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftBitsRight(T value, int count) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(value) >>> count)
        : Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(value) >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SubtractBits(T left, T right) => typeof(T) == typeof(float)
        ? Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(left) - Unsafe.BitCast<T, int>(right))
        : Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(left) - Unsafe.BitCast<T, long>(right));

    public static bool AnyEquals(T left, T right) => left == right;
}
