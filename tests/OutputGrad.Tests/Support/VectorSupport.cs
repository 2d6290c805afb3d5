using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Tests.Support;

/// <summary>What this process uses of its processor: the runtime's switches take instruction sets away.</summary>
internal static class VectorSupport
{
    public static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>The widest vectors, the width of <see cref="Vector{T}"/>, and whether multiply-adds are fused.</summary>
    public static string Description
    {
        get
        {
            string widest = Vector512.IsHardwareAccelerated ? "512 bits"
                : Vector256.IsHardwareAccelerated ? "256 bits"
                : Vector128.IsHardwareAccelerated ? "128 bits"
                : "scalar";
            return $"{widest}, native {Vector<byte>.Count * 8}, {(IsFused ? "" : "not ")}fused";
        }
    }
}
