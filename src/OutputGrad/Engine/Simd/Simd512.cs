using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine.Simd;

/// <summary>The vocabulary in 512-bit vectors: AVX-512.</summary>
internal readonly unsafe struct Simd512<T> : ISimd<Vector512<T>, T>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static int Registers => 32;

    public static bool HasHalves => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Widen<TStored>(TStored* source)
        where TStored : unmanaged => typeof(TStored) == typeof(T) ? Vector512.Load((T*)source)
            : typeof(T) == typeof(float) ? Widening.Sixteen(source).As<float, T>()
            : Widening.EightDoubles(source).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreAlignedPastCaches(Vector512<T> value, T* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> left, Vector512<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> left, Vector512<T> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> left, Vector512<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> left, Vector512<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SquareRoot(Vector512<T> value) => Vector512.Sqrt(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> left, Vector512<T> right, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(left.AsSingle(), right.AsSingle(), addend.AsSingle()).As<float, T>()
        : Vector512.MultiplyAddEstimate(left.AsDouble(), right.AsDouble(), addend.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAddLower(Vector512<T> left, Vector512<T> right, Vector512<T> addend) => typeof(T) == typeof(float)
        ? Vector256.MultiplyAddEstimate(
            left.AsSingle().GetLower(), right.AsSingle().GetLower(), addend.AsSingle().GetLower()).ToVector512Unsafe().As<float, T>()
        : Vector256.MultiplyAddEstimate(
            left.AsDouble().GetLower(), right.AsDouble().GetLower(), addend.AsDouble().GetLower()).ToVector512Unsafe().As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ZeroUpper(Vector512<T> value) => value.GetLower().ToVector512();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Larger(Vector512<T> value, Vector512<T> other) => Vector512.MaxNative(value, other); // as in SimdNative

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SelectLarger(Vector512<T> value, Vector512<T> other, Vector512<T> ifLarger, Vector512<T> otherwise) =>
        Vector512.ConditionalSelect(Vector512.GreaterThan(value, other), ifLarger, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LargerLanes(Vector512<T> value, Vector512<T> other) =>
        (uint)Vector512.GreaterThan(value, other).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> CopySign(Vector512<T> magnitude, Vector512<T> sign) => Vector512.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Abs(Vector512<T> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ShiftBitsLeft(Vector512<T> value, int count) => typeof(T) == typeof(float)
        ? (value.AsInt32() << count).As<int, T>()
        : (value.AsInt64() << count).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ShiftBitsRight(Vector512<T> value, int count) => typeof(T) == typeof(float)
        ? (value.AsInt32() >>> count).As<int, T>()
        : (value.AsInt64() >>> count).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SubtractBits(Vector512<T> left, Vector512<T> right) => typeof(T) == typeof(float)
        ? (left.AsInt32() - right.AsInt32()).As<int, T>()
        : (left.AsInt64() - right.AsInt64()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyEquals(Vector512<T> left, Vector512<T> right) => Vector512.EqualsAny(left, right);
}
