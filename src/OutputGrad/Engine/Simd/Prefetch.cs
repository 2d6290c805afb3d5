using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Engine.Simd;

/// <summary>Prefetches memory before it is needed, where the hardware can be asked to: x86.</summary>
internal static unsafe class Prefetch
{
    private const int Line = CacheLine.Bytes;

    /// <summary>Into the second-level cache.</summary>
    public static void Bytes(void* start, nint count)
    {
        for (nint i = 0; i < count && Sse.IsSupported; i += Line)
        {
            Sse.Prefetch1((byte*)start + i);
        }
    }
}
