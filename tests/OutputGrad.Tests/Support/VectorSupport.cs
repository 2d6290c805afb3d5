using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Tests.Support;

/// <summary>What this process uses of its processor: the runtime's switches take instruction sets away.</summary>
internal static class VectorSupport
{
    public static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>
    /// The widest vectors, the width of <see cref="Vector{T}"/>, whether multiply-adds are fused, and where vectors are of SSE2 alone.
    /// </summary>
    public static string Description
    {
        get
        {
            string widest = Vector512.IsHardwareAccelerated ? "512 bits"
                : Vector256.IsHardwareAccelerated ? "256 bits"
                : Vector128.IsHardwareAccelerated ? "128 bits"
                : "scalar";
            string least = Sse2.IsSupported && !Sse42.IsSupported ? ", no SSE4.2" : "";
            return $"{widest}, native {Vector<byte>.Count * 8}, {(IsFused ? "" : "not ")}fused{least}";
        }
    }
}
