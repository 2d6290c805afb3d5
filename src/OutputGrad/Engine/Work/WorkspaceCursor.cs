using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Work;

/// <summary>Lays arrays out one behind the other, each from a cache line on; from null it only counts.</summary>
internal unsafe struct WorkspaceCursor(byte* start)
{
    private readonly byte* _start = start;
    private byte* _next = start;

    public readonly long Bytes => _next - _start;

    public T* Take<T>(long count)
        where T : unmanaged
    {
        T* taken = (T*)_next;
        _next += ((count * sizeof(T)) + CacheLine.Bytes - 1) & -CacheLine.Bytes;
        return taken;
    }
}
