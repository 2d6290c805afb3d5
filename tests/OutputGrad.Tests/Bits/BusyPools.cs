using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Bits;

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

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void EveryCaseIsShared() => Assert.All(Cases, one => Assert.True(one.Threads<float>(7) >= 3, one.Name));

    /// <summary>While every thread of the pool is blocked no helper can come; the calling thread does all the work.</summary>
    [Fact]
    public async Task ABlockedPoolDoesNotBlockTheCall()
    {
        (ulong[] expected, ulong[] actual) = ([], []);
        await BlockedPool.RunAsync(_ =>
        {
            BitRun[] runs = [.. Cases.Select(one => one.Prepare<float>())];
            expected = [.. runs.Select(run => run(0, 1))];
            actual = [.. runs.Select(run => run(0, 7))];
        });

        Assert.NotEmpty(expected);
        Assert.Equal(expected, actual);
    }

    /// <summary>
    /// Helpers that a blocked pool was asked for and that have not come bound how many more it is asked for, by all calls together; once it
    /// is free they go, and as many can be asked for again.
    /// </summary>
    [Fact]
    public async Task ABlockedPoolIsAskedForABoundedNumberOfHelpers()
    {
        const int Calls = 3_000, MostOfOthers = 16; // what the test runner itself may queue, or end, meanwhile
        int most = Math.Max(128, Environment.ProcessorCount);
        BitRun[] runs = [.. Cases.Select(one => one.Prepare<float>())];
        ulong[] expected = [.. runs.Select(run => run(0, 1))];
        for (int round = 0; round < 3; round++)
        {
            await BlockedPool.RunAsync(pool =>
            {
                long before = pool.Queued;
                ThreadRecorder threads = new();
                for (int i = 0; i < Calls; i++)
                {
                    Step(threads);
                }

                Assert.InRange(pool.Queued - before, most - MostOfOthers, most + MostOfOthers);
                Assert.Equal(1, threads.Threads);
            });

            bool drains = SpinWait.SpinUntil(() => ThreadPool.PendingWorkItemCount == 0, Patience);
            Assert.True(drains, $"{ThreadPool.PendingWorkItemCount} items are left.");
            Assert.True(SpinWait.SpinUntil(HelpersCome, Patience), "No helper comes to later calls.");
            Assert.Equal(expected, runs.Select(run => run(0, 7)));
        }
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

    private static bool HelpersCome()
    {
        ThreadRecorder threads = new();
        Step(threads);
        return threads.Threads > 1;
    }

    /// <summary>As small as a step can be that asks for a helper: a thread is worth 4 million multiply-adds, of which it has 8.5.</summary>
    private static void Step(ThreadRecorder threads)
    {
        const int Rows = 64, Features = 32, Classes = 1_400;
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 2 };
        float[] weights = new float[Classes * Features], hidden = new float[Rows * Features];
        LinearCrossEntropy.Step(weights, default, new LabeledBatch<float>(hidden, new int[Rows]), threads, default, options);
    }
}
