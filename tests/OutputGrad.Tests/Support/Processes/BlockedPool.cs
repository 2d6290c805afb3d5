using System.Runtime.ExceptionServices;
using Xunit;

namespace OutputGrad.Tests.Support.Processes;

/// <summary>The thread pool, none of whose threads does anything until this is over; new ones that it makes meanwhile do neither.</summary>
internal sealed class BlockedPool : IAsyncDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly SemaphoreSlim _blocked = new(0);
    private readonly Task[] _blockers;
    private int _started;

    private BlockedPool()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        ThreadPool.GetMinThreads(out int threads, out _);

        // fairness: in the queue of all threads, so that what is queued later comes later also where this is a thread of the pool
        _blockers = [.. Enumerable.Range(0, 100 * threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                Interlocked.Increment(ref _started);
                _blocked.Release();
                _release.Wait(cancellation);
            },
            cancellation,
            TaskCreationOptions.PreferFairness,
            TaskScheduler.Default))];
        for (int i = 0; i < threads; i++)
        {
            _blocked.Wait(cancellation);
        }
    }

    /// <summary>The items in the pool's queue that are others' than this one's own.</summary>
    public long Queued => ThreadPool.PendingWorkItemCount - (_blockers.Length - Volatile.Read(ref _started));

    /// <summary>Runs something on a thread of its own while the pool is blocked all the time.</summary>
    public static async Task RunAsync(Action<BlockedPool> action)
    {
        await using BlockedPool pool = new();
        Exception? thrown = null;
        Thread caller = new(() => thrown = Record.Exception(() => action(pool)));
        caller.Start();
        caller.Join();
        if (thrown is not null)
        {
            ExceptionDispatchInfo.Throw(thrown);
        }

        Assert.Contains(pool._blockers, blocker => !blocker.IsCompleted);
    }

    public async ValueTask DisposeAsync()
    {
        _release.Set();
        await Task.WhenAll(_blockers);
        _release.Dispose();
        _blocked.Dispose();
    }
}
