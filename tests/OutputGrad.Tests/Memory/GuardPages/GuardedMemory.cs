namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>Spans between guard pages of their own, as memory that lives until all of it is disposed of.</summary>
/// <param name="edge">Which end of a span touches a page without access.</param>
internal sealed class GuardedMemory(Edge edge) : IDisposable
{
    private readonly List<IDisposable> _pages = [];

    /// <summary>Memory that holds a copy of these values. Where there are none it points at a page without access.</summary>
    public unsafe Memory<T> Place<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        GuardedPages pages = new(values.Length * sizeof(T));
        _pages.Add(pages);
        return new SpanMemory<T>(pages.Place(values, edge)).Memory;
    }

    public Memory<T> Place<T>(int length)
        where T : unmanaged => Place<T>(new T[length]);

    public void Dispose() => _pages.ForEach(pages => pages.Dispose());
}
