using System.Runtime.Intrinsics;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>The few operations that a chain of fused multiply-adds needs, for one width and element type.</summary>
internal interface IMultiplyAddLanes<TVector>
    where TVector : struct
{
    static abstract int Count { get; }

    static abstract TVector Broadcast(double value);

    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector Add(TVector left, TVector right);

    static abstract double First(TVector vector);
}

internal readonly struct Float512Lanes : IMultiplyAddLanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Broadcast(double value) => Vector512.Create((float)value);

    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);

    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    public static double First(Vector512<float> vector) => vector.ToScalar();
}

internal readonly struct Double512Lanes : IMultiplyAddLanes<Vector512<double>>
{
    public static int Count => Vector512<double>.Count;

    public static Vector512<double> Broadcast(double value) => Vector512.Create(value);

    public static Vector512<double> MultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> addend) =>
        Vector512.FusedMultiplyAdd(left, right, addend);

    public static Vector512<double> Add(Vector512<double> left, Vector512<double> right) => left + right;

    public static double First(Vector512<double> vector) => vector.ToScalar();
}

internal readonly struct Float256Lanes : IMultiplyAddLanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Broadcast(double value) => Vector256.Create((float)value);

    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);

    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    public static double First(Vector256<float> vector) => vector.ToScalar();
}

internal readonly struct Double256Lanes : IMultiplyAddLanes<Vector256<double>>
{
    public static int Count => Vector256<double>.Count;

    public static Vector256<double> Broadcast(double value) => Vector256.Create(value);

    public static Vector256<double> MultiplyAdd(Vector256<double> left, Vector256<double> right, Vector256<double> addend) =>
        Vector256.FusedMultiplyAdd(left, right, addend);

    public static Vector256<double> Add(Vector256<double> left, Vector256<double> right) => left + right;

    public static double First(Vector256<double> vector) => vector.ToScalar();
}

internal readonly struct Float128Lanes : IMultiplyAddLanes<Vector128<float>>
{
    public static int Count => Vector128<float>.Count;

    public static Vector128<float> Broadcast(double value) => Vector128.Create((float)value);

    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.FusedMultiplyAdd(left, right, addend);

    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    public static double First(Vector128<float> vector) => vector.ToScalar();
}

internal readonly struct Double128Lanes : IMultiplyAddLanes<Vector128<double>>
{
    public static int Count => Vector128<double>.Count;

    public static Vector128<double> Broadcast(double value) => Vector128.Create(value);

    public static Vector128<double> MultiplyAdd(Vector128<double> left, Vector128<double> right, Vector128<double> addend) =>
        Vector128.FusedMultiplyAdd(left, right, addend);

    public static Vector128<double> Add(Vector128<double> left, Vector128<double> right) => left + right;

    public static double First(Vector128<double> vector) => vector.ToScalar();
}
