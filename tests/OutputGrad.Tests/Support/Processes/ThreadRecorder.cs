using System.Collections.Concurrent;

namespace OutputGrad.Tests.Support.Processes;

/// <summary>An optimizer that moves nothing and keeps which threads it is called on.</summary>
internal sealed class ThreadRecorder : IWeightUpdate<float>
{
    private readonly ConcurrentDictionary<int, bool> _threads = new();

    public int Threads => _threads.Count;

    public void Update(Span<float> weights, ReadOnlySpan<float> gradient, long index) =>
        _threads[Environment.CurrentManagedThreadId] = true;
}
