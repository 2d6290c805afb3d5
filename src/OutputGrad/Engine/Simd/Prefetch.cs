using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Engine.Simd;

/// <summary>Prefetches memory where the hardware can be asked to: x86.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Into the second-level cache.</summary>
    public static void Bytes(void* start, nint count)
    {
        if (Sse.IsSupported)
        {
            for (nint i = 0; i < count; i += CacheLine.Bytes)
            {
                Sse.Prefetch1((byte*)start + i);
            }
        }
    }
}
