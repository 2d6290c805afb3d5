using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>
/// Plain vector loops that read memory, and that copy it: what it takes to touch the same bytes from first to last on one thread. Reading
/// at several places at once, or non-temporal stores, can be faster still: on a Zen 4 core 31 GB/s instead of 27 to read, 39 instead of 28
/// to copy.
/// </summary>
internal static class StreamingLoop
{
    private static int Sink;

    /// <summary>Reads every byte once; a remainder shorter than four vectors is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(ReadOnlySpan<byte> source)
    {
        ref byte start = ref MemoryMarshal.GetReference(source);
        Vector512<int> a = default, b = default, c = default, d = default;
        nuint step = (nuint)Vector512<byte>.Count;
        nuint end = (nuint)source.Length / (4 * step) * (4 * step);
        for (nuint i = 0; i < end; i += 4 * step)
        {
            a += Vector512.LoadUnsafe(ref start, i).AsInt32();
            b += Vector512.LoadUnsafe(ref start, i + step).AsInt32();
            c += Vector512.LoadUnsafe(ref start, i + 2 * step).AsInt32();
            d += Vector512.LoadUnsafe(ref start, i + 3 * step).AsInt32();
        }

        Volatile.Write(ref Sink, (a + b + c + d).ToScalar());
    }

    /// <summary>Reads every byte once and writes it, perhaps where it was; a remainder shorter than four vectors is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination[..source.Length]);
        nuint step = (nuint)Vector512<byte>.Count;
        nuint end = (nuint)source.Length / (4 * step) * (4 * step);
        for (nuint i = 0; i < end; i += 4 * step)
        {
            Vector512.LoadUnsafe(ref from, i).StoreUnsafe(ref to, i);
            Vector512.LoadUnsafe(ref from, i + step).StoreUnsafe(ref to, i + step);
            Vector512.LoadUnsafe(ref from, i + 2 * step).StoreUnsafe(ref to, i + 2 * step);
            Vector512.LoadUnsafe(ref from, i + 3 * step).StoreUnsafe(ref to, i + 3 * step);
        }
    }
}
