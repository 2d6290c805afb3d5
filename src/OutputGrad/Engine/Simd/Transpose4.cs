using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Engine.Simd;

/// <summary>Four rows of four floats, by columns.</summary>
internal static unsafe class Transpose4
{
    /// <summary>Stores the four columns, so far from one another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(
        Vector128<float> row0, Vector128<float> row1, Vector128<float> row2, Vector128<float> row3, float* destination, nint stride)
    {
        Vector128<float> even = InterleaveLower(row0, row2), odd = InterleaveLower(row1, row3);
        Vector128<float> upperEven = InterleaveUpper(row0, row2), upperOdd = InterleaveUpper(row1, row3);
        InterleaveLower(even, odd).Store(destination);
        InterleaveUpper(even, odd).Store(destination + stride);
        InterleaveLower(upperEven, upperOdd).Store(destination + (2 * stride));
        InterleaveUpper(upperEven, upperOdd).Store(destination + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLower(Vector128<float> even, Vector128<float> odd) =>
        Sse.IsSupported ? Sse.UnpackLow(even, odd)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(even, odd)
        : Vector128.Create(even[0], odd[0], even[1], odd[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveUpper(Vector128<float> even, Vector128<float> odd) =>
        Sse.IsSupported ? Sse.UnpackHigh(even, odd)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(even, odd)
        : Vector128.Create(even[2], odd[2], even[3], odd[3]);
}
