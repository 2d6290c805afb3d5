using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace OutputGrad.Engine.Simd;

/// <summary>Prefetches memory where the hardware can be asked to: x86.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Into the second-level cache: all lines that some of the bytes are in.</summary>
    public static void Bytes(void* start, nint count)
    {
        if (Sse.IsSupported && count > 0)
        {
            byte* end = (byte*)start + count;
            for (byte* line = (byte*)((nint)start & -CacheLine.Bytes); line < end; line += CacheLine.Bytes)
            {
                Sse.Prefetch1(line);
            }
        }
    }

    /// <summary>Into the second-level cache: the line that a byte is in, of memory or of none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
        }
    }
}
