using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Engine.Simd;

/// <summary>The vocabulary in <see cref="Vector{T}"/>, as wide as the platform says: AVX2, Arm NEON, or plain 128 bits.</summary>
internal readonly unsafe struct SimdNative<T> : ISimd<Vector<T>, T>
    where T : unmanaged
{
    public static int Count => Vector<T>.Count;

    public static int Registers => AdvSimd.Arm64.IsSupported ? 32 : 16;

    public static bool HasHalves => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Load(T* source) => Vector.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Widen<TStored>(TStored* source)
        where TStored : unmanaged => (typeof(TStored) == typeof(T), typeof(T) == typeof(float), Vector<byte>.Count) switch
        {
            (true, _, _) => Vector.Load((T*)source),
            (_, true, 16) => Widening.Four(source).AsVector().As<float, T>(),
            (_, true, 32) => Widening.Eight(source).AsVector().As<float, T>(),
            (_, true, _) => Widening.Sixteen(source).AsVector().As<float, T>(),
            (_, _, 16) => Widening.TwoDoubles(source).AsVector().As<double, T>(),
            (_, _, 32) => Widening.FourDoubles(source).AsVector().As<double, T>(),
            _ => Widening.EightDoubles(source).AsVector().As<double, T>(),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector<T> value, T* destination) => value.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreAlignedPastCaches(Vector<T> value, T* destination) => value.StoreAlignedNonTemporal(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Broadcast(T value) => Vector.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Add(Vector<T> left, Vector<T> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Subtract(Vector<T> left, Vector<T> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Multiply(Vector<T> left, Vector<T> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Divide(Vector<T> left, Vector<T> right) => left / right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> SquareRoot(Vector<T> value) => Vector.SquareRoot(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> MultiplyAdd(Vector<T> left, Vector<T> right, Vector<T> addend) => typeof(T) == typeof(float)
        ? Vector.MultiplyAddEstimate(left.As<T, float>(), right.As<T, float>(), addend.As<T, float>()).As<float, T>()
        : Vector.MultiplyAddEstimate(left.As<T, double>(), right.As<T, double>(), addend.As<T, double>()).As<double, T>();

    public static Vector<T> MultiplyAddLower(Vector<T> left, Vector<T> right, Vector<T> addend) => MultiplyAdd(left, right, addend);

    public static Vector<T> ZeroUpper(Vector<T> value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Larger(Vector<T> value, Vector<T> other) => X86Base.IsSupported
        ? Vector.MaxNative(value, other) // one instruction, which is defined as this very comparison; that of Arm treats NaN otherwise
        : Vector.ConditionalSelect(Vector.GreaterThan(value, other), value, other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> SelectLarger(Vector<T> value, Vector<T> other, Vector<T> ifLarger, Vector<T> otherwise) =>
        Vector.ConditionalSelect(Vector.GreaterThan(value, other), ifLarger, otherwise);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LargerLanes(Vector<T> value, Vector<T> other)
    {
        Vector<T> larger = Vector.GreaterThan(value, other);
        return Vector<byte>.Count switch
        {
            16 => larger.AsVector128().ExtractMostSignificantBits(),
            32 => larger.AsVector256().ExtractMostSignificantBits(),
            _ => (uint)larger.AsVector512().ExtractMostSignificantBits(),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> CopySign(Vector<T> magnitude, Vector<T> sign) => Vector.CopySign(magnitude, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Abs(Vector<T> value) => Vector.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> ShiftBitsLeft(Vector<T> value, int count) => typeof(T) == typeof(float)
        ? (value.As<T, int>() << count).As<int, T>()
        : (value.As<T, long>() << count).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> ShiftBitsRight(Vector<T> value, int count) => typeof(T) == typeof(float)
        ? (value.As<T, int>() >>> count).As<int, T>()
        : (value.As<T, long>() >>> count).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> SubtractBits(Vector<T> left, Vector<T> right) => typeof(T) == typeof(float)
        ? (left.As<T, int>() - right.As<T, int>()).As<int, T>()
        : (left.As<T, long>() - right.As<T, long>()).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyEquals(Vector<T> left, Vector<T> right) => Vector.EqualsAny(left, right);
}
