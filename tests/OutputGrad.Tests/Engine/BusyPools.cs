using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>Calls that share their work among threads, where those are busy, are many, or are the pool's own.</summary>
[Collection(RunsAlone.Name)]
public sealed class BusyPools
{
    private static readonly BitCase[] Cases =
    [
        new LayerBitCase(130, 257, 513, LossFeatures.Bias),
        new LayerBitCase(4, 1101, 1201, LossFeatures.Bias),
        new LayerBitCase(64, 32, 20_000, LossFeatures.None, Budget: 4_000_000),
        new StepBitCase(new(130, 257, 513, LossFeatures.Bias)),
        new StepBitCase(new(4, 1101, 1201, LossFeatures.Bias)),
        new LogitBitCase(47, 20_011, LossFeatures.None),
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryCaseIsShared() => Assert.All(Cases, one => Assert.True(one.Threads<float>(7) >= 3, one.Name));

    /// <summary>While every thread of the pool is blocked no helper can come; the calling thread does all the work.</summary>
    [Fact]
    public async Task ABlockedPoolDoesNotBlockTheCall()
    {
        using ManualResetEventSlim release = new();
        using SemaphoreSlim blocked = new(0);
        ThreadPool.GetMinThreads(out int threads, out _);
        Task[] blockers = [.. Enumerable.Range(0, 20 * threads).Select(_ => Task.Run(
            () =>
            {
                blocked.Release();
                release.Wait(Cancellation);
            },
            Cancellation))];
        (ulong[] expected, ulong[] actual) = ([], []);
        Thread caller = new(() =>
        {
            BitRun[] runs = [.. Cases.Select(one => one.Prepare<float>())];
            expected = [.. runs.Select(run => run(0, 1))];
            actual = [.. runs.Select(run => run(0, 7))];
        });
        try
        {
            for (int i = 0; i < threads; i++)
            {
                blocked.Wait(Cancellation);
            }

            caller.Start();
            caller.Join();
            Assert.Contains(blockers, blocker => !blocker.IsCompleted);
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(blockers);
        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void CallsFromManyThreadsAtOnceAreRight()
    {
        BitRun[] runs = [.. Cases.Select(one => one.Prepare<float>())];
        ulong[] expected = [.. runs.Select(run => run(0, 1))];
        ulong[][] actual = [.. Enumerable.Range(0, 12).Select(_ => new ulong[runs.Length])];
        Thread[] callers = [.. actual.Select((results, number) => new Thread(() =>
        {
            for (int i = 0; i < runs.Length; i++)
            {
                int which = (i + number) % runs.Length;
                results[which] = runs[which](0, 1 + (number % 4));
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        Assert.All(actual, results => Assert.Equal(expected, results));
    }

    /// <summary>The pool's own threads call, more than there are processors, and wait for helpers from the same pool.</summary>
    [Fact]
    public void CallsFromThePoolItselfAreRight()
    {
        BitRun[] runs = [.. Cases.Select(one => one.Prepare<float>())];
        ulong[] expected = [.. runs.Select(run => run(0, 1))];
        ulong[] actual = new ulong[8 * runs.Length];

        Parallel.For(0, 8, outer => Parallel.For(0, runs.Length, inner => actual[(outer * runs.Length) + inner] = runs[inner](0, 7)));

        Assert.All(actual.Chunk(runs.Length), results => Assert.Equal(expected, results));
    }
}
