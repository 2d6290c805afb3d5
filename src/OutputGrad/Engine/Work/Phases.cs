namespace OutputGrad.Engine.Work;

/// <summary>Runs the phases of a call, each of numbered items, on the calling thread and on helpers where there are any.</summary>
/// <param name="workers">How many threads work, the calling one among them.</param>
internal readonly unsafe struct Phases(int workers) : IDisposable
{
    private readonly Workers? _workers = workers == 1 ? null : new(workers);

    /// <summary>Runs body(state, item, worker) for every item from 0 on; no two at a time have the same worker.</summary>
    /// <param name="state">Handed to every item; alive until the phase is done.</param>
    /// <param name="items">How many.</param>
    /// <param name="body">What an item does.</param>
    public void Run<TState>(TState* state, int items, delegate*<TState*, int, int, void> body)
        where TState : unmanaged
    {
        if (_workers is not null)
        {
            _workers.Run(state, items, (delegate*<void*, int, int, void>)body);
            return;
        }

        for (int item = 0; item < items; item++)
        {
            body(state, item, 0);
        }
    }

    /// <summary>Sends the helpers home.</summary>
    public void Dispose() => _workers?.Dispose();
}
