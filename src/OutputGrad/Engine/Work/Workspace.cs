using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Work;

/// <summary>
/// A call's memory, aligned to a cache line: from the pool of arrays, which keeps it for the next call, or from the system where it is
/// larger than the pool keeps.
/// </summary>
internal readonly unsafe ref struct Workspace : IDisposable
{
    /// <summary>The largest workspace that the next call finds again: that of the largest array that the pool keeps.</summary>
    public const long MostPooledBytes = (1L << 30) - CacheLine.Bytes;

    private static int Poisonings;

    private readonly byte[]? _pooled;
    private readonly GCHandle _pin;
    private readonly long _bytes;

    public Workspace(long bytes)
    {
        if (bytes > MostPooledBytes)
        {
            Start = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, CacheLine.Bytes);
            _bytes = bytes;
            Poison();
            return;
        }

        _pooled = ArrayPool<byte>.Shared.Rent((int)bytes + CacheLine.Bytes);
        _pin = GCHandle.Alloc(_pooled, GCHandleType.Pinned);
        Start = (byte*)((_pin.AddrOfPinnedObject() + CacheLine.Bytes - 1) & -CacheLine.Bytes);
        Poison();
    }

    public byte* Start { get; }

    /// <summary>How much of it a plan uses: what the caller allows, up to what the next call finds again.</summary>
    public static long LimitOf(CrossEntropyOptions options) => Math.Min(options.MaxWorkspaceBytes, MostPooledBytes);

    public void Dispose()
    {
        Poison();
        if (_pooled is null)
        {
            NativeMemory.AlignedFree(Start);
            return;
        }

        _pin.Free();
        ArrayPool<byte>.Shared.Return(_pooled);
    }

    /// <summary>
    /// In builds that eng/poisoned-memory.sh tests, for whatever counts on what memory held before, or reads it after: all bits set, which
    /// is NaN and -1, or huge numbers, by turns, as a maximum may pass over a NaN.
    /// </summary>
    [Conditional("POISONED_MEMORY")]
    private void Poison()
    {
        byte poison = (byte)(Interlocked.Increment(ref Poisonings) % 3 == 0 ? 0x7F : 0xFF);
        if (_pooled is not null)
        {
            Array.Fill(_pooled, poison);
        }
        else
        {
            NativeMemory.Fill(Start, (nuint)_bytes, poison);
        }
    }
}
