namespace OutputGrad.Engine;

/// <summary>Lays arrays out one behind the other, each from a cache line on; from null it only counts.</summary>
internal unsafe struct WorkspaceCursor(byte* start)
{
    /// <summary>A cache line.</summary>
    public const int Alignment = 64;

    private readonly byte* _start = start;
    private byte* _next = start;

    public readonly long Bytes => _next - _start;

    public T* Take<T>(long count)
        where T : unmanaged
    {
        T* taken = (T*)_next;
        _next += ((count * sizeof(T)) + Alignment - 1) & -Alignment;
        return taken;
    }
}
