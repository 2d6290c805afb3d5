using System.Runtime.ExceptionServices;

namespace OutputGrad.Engine.Work;

/// <summary>
/// The threads of a call: they run phases of numbered items, the calling one and as many of the thread pool's as come to help.
/// </summary>
/// <remarks>
/// Items are claimed one by one, so that no result may depend on who does which. A phase ends when all its items are done; it never waits
/// for a helper that has not come, so that a busy pool costs speed and nothing else. One word holds the phase and how many of its items are
/// left: a claim that succeeds is of the current phase, which cannot end before the claimed item does, and so the fields that describe it
/// are stable. An exception of an item ends the phase early and is thrown on the calling thread as itself.
/// </remarks>
internal sealed unsafe class Workers : IThreadPoolWorkItem, IDisposable
{
    private const long Stopped = long.MaxValue;
    private const int PhaseShift = 32;

    /// <summary>Some 50 microseconds of work: waking another thread costs several.</summary>
    private const double MultiplyAddsPerThread = 4e6;

    /// <summary>Helpers that the pool has been asked for and that have not come, of all calls.</summary>
    private static int Awaited;

    private void* _state;
    private delegate*<void*, int, int, void> _body;
    private int _items;
    private int _done;
    private int _joined;
    private long _left;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Asks the pool for helpers.</summary>
    /// <param name="count">How many threads work, the calling one among them.</param>
    public Workers(int count)
    {
        for (int i = 1; i < count && TryAwait(); i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>More threads than these only queue up.</summary>
    private static int Most => Math.Max(128, Environment.ProcessorCount);

    /// <summary>How many threads pay for so many multiply-adds.</summary>
    public static int ForMultiplyAdds(double count, int maxDegreeOfParallelism) =>
        HowMany(count / MultiplyAddsPerThread, maxDegreeOfParallelism);

    /// <summary>How many threads pay for so many threads' worth of work.</summary>
    public static int HowMany(double worth, int maxDegreeOfParallelism) =>
        (int)Math.Clamp(worth, 1, maxDegreeOfParallelism == -1 ? Environment.ProcessorCount : Math.Min(Most, maxDegreeOfParallelism));

    /// <summary>Sends the helpers home.</summary>
    public void Dispose() => Volatile.Write(ref _left, Stopped);

    /// <summary>Runs body(state, item, worker) for every item from 0 on; no two at a time have the same worker.</summary>
    public void Run(void* state, int items, delegate*<void*, int, int, void> body)
    {
        _state = state;
        _body = body;
        _items = items;
        _done = 0;
        long phase = (Volatile.Read(ref _left) >> PhaseShift) + 1;
        Volatile.Write(ref _left, (phase << PhaseShift) + items);
        while (TryWork(worker: 0))
        {
        }

        SpinWait wait = default;
        while (Volatile.Read(ref _done) < items)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        _failure?.Throw();
    }

    /// <summary>
    /// Whether another helper may be asked for. Where the pool's threads are all busy, those of calls that are long done stay in its queue;
    /// without a bound every further call would leave more of them there.
    /// </summary>
    private static bool TryAwait()
    {
        if (Interlocked.Increment(ref Awaited) <= Most)
        {
            return true;
        }

        Interlocked.Decrement(ref Awaited);
        return false;
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref Awaited);
        int worker = Interlocked.Increment(ref _joined);
        SpinWait wait = default;
        while (Volatile.Read(ref _left) != Stopped)
        {
            if (TryWork(worker))
            {
                wait.Reset();
            }
            else
            {
                wait.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    /// <summary>Does one item of the current phase; false where none is left.</summary>
    private bool TryWork(int worker)
    {
        long left = Volatile.Read(ref _left);
        if (left == Stopped || (int)left == 0)
        {
            return false;
        }

        if (Interlocked.CompareExchange(ref _left, left - 1, left) == left)
        {
            try
            {
                if (_failure is null)
                {
                    _body(_state, _items - (int)left, worker);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
            }

            Interlocked.Increment(ref _done);
        }

        return true;
    }
}
