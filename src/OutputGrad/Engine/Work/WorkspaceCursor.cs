namespace OutputGrad.Engine;

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
        _next += ((count * sizeof(T)) + Workspace.Alignment - 1) & -Workspace.Alignment;
        return taken;
    }
}
