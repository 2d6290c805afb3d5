using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>A span of memory that does not move, as memory.</summary>
internal sealed unsafe class SpanMemory<T>(Span<T> span) : MemoryManager<T>
    where T : unmanaged
{
    private readonly T* _start = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
    private readonly int _length = span.Length;

    public override Span<T> GetSpan() => new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
