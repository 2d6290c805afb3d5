using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Work;

/// <summary>Runs the phases of a call, each of numbered items, on the calling thread and on helpers where there are any.</summary>
internal readonly unsafe struct Phases : IDisposable
{
    private readonly Workers? _workers;
    private readonly IPhaseObserver? _observer;

    /// <summary>Asks for helpers, unless somebody observes this thread.</summary>
    /// <param name="workers">How many threads work, the calling one among them.</param>
    public Phases(int workers)
    {
        _observer = Observer;
        _workers = workers == 1 || _observer is not null ? null : new(workers);
    }

    /// <summary>
    /// Who is told of every item of this thread's calls, which then do all that was planned for several threads themselves.
    /// </summary>
    [field: ThreadStatic]
    public static IPhaseObserver? Observer { get; set; }

    /// <summary>Runs body(state, item, worker) for every item from 0 on; no two at a time have the same worker.</summary>
    /// <param name="state">Handed to every item; alive until the phase is done.</param>
    /// <param name="items">How many.</param>
    /// <param name="body">What an item does.</param>
    /// <param name="name">The body as it is written, by whose name an observer knows the phase.</param>
    public void Run<TState>(
        TState* state, int items, delegate*<TState*, int, int, void> body, [CallerArgumentExpression(nameof(body))] string name = "")
        where TState : unmanaged
    {
        if (_workers is not null)
        {
            _workers.Run(state, items, (delegate*<void*, int, int, void>)body);
            return;
        }

        _observer?.Begin(name[(name.LastIndexOf('.') + 1)..]);
        for (int item = 0; item < items; item++)
        {
            body(state, item, 0);
            _observer?.EndItem();
        }
    }

    /// <summary>Sends the helpers home.</summary>
    public void Dispose() => _workers?.Dispose();
}
