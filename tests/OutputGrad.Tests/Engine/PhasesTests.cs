using System.Runtime.InteropServices;
using OutputGrad.Engine.Work;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="Phases"/>: every item of every phase is run once, no phase before the one before it has ended.</summary>
[Collection(RunsAlone.Name)]
public sealed unsafe class PhasesTests
{
    private const int Items = 1000;

    /// <summary>What the items of a test share; lives on the caller's stack, as the passes do.</summary>
    private struct Record
    {
        public int* Runs;
        public int Phase;
        public int Finished;
        public int Misplaced;
        public int BusyWorkers;
        public int Clashes;
        public int FailingItem;
        public nint Thrown;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(31)]
    public void EveryItemIsRunOnceAndPhasesDoNotOverlap(int count)
    {
        int* runs = stackalloc int[Items];
        Record record = new() { Runs = runs };
        using (Phases phases = new(count))
        {
            foreach (int items in (int[])[Items, 0, 1, 2, 3, 7, 0, 64, Items, 1, Items])
            {
                new Span<int>(runs, Items).Clear();
                record.Phase++;
                record.Finished = 0;
                phases.Run(&record, items, &CountRun);

                Assert.Equal(items, record.Finished);
                Assert.All(new Span<int>(runs, items).ToArray(), times => Assert.Equal(1, times));
                Assert.All(new Span<int>(runs + items, Items - items).ToArray(), times => Assert.Equal(0, times));
            }
        }

        Assert.Equal(0, record.Clashes);
    }

    /// <summary>Short phases, one after the other, are where a late helper would run an item of the wrong one.</summary>
    [Fact]
    public void AThousandShortPhasesKeepApart()
    {
        Record record = default;
        using Phases phases = new(3);
        for (int phase = 1; phase <= 20_000; phase++)
        {
            record.Phase = phase;
            record.Finished = 0;
            int items = phase % 4;
            phases.Run(&record, items, phase % 2 == 0 ? &FinishEven : &FinishOdd);
            Assert.Equal(items, record.Finished);
        }

        Assert.Equal(0, record.Misplaced);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 999)]
    [InlineData(3, 0)]
    [InlineData(3, 500)]
    [InlineData(3, 999)]
    public void AnExceptionReachesTheCallerAsItself(int count, int failingItem)
    {
        int* runs = stackalloc int[Items];
        InvalidOperationException thrown = new("item said so");
        GCHandle handle = GCHandle.Alloc(thrown);
        Record record = new() { Runs = runs, FailingItem = failingItem, Thrown = GCHandle.ToIntPtr(handle) };
        Exception? caught = null;
        using (Phases phases = new(count))
        {
            try
            {
                phases.Run(&record, Items, &Fail);
            }
            catch (InvalidOperationException exception)
            {
                caught = exception;
            }
        }

        handle.Free();
        Assert.Same(thrown, caught);
        Assert.Equal("item said so", thrown.Message);
        Assert.Contains(nameof(Fail), thrown.StackTrace, StringComparison.Ordinal);
        Assert.All(new Span<int>(runs, Items).ToArray(), times => Assert.InRange(times, 0, 1));
    }

    /// <summary>When every item fails, one of the exceptions is thrown, and nothing runs after that.</summary>
    [Fact]
    public void ATeamThatFailedRunsNothingMore()
    {
        int* runs = stackalloc int[Items];
        Record record = new() { Runs = runs, FailingItem = -1 };
        using Phases phases = new(3);
        InvalidOperationException first = Thrown(phases, &record, &FailAlways);
        InvalidOperationException second = Thrown(phases, &record, &CountRun);

        Assert.Same(first, second);
        Assert.Equal(0, record.Finished);
    }

    [Fact]
    public void ATeamLeftAfterAFailureDoesNotHarmTheNext()
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            AnExceptionReachesTheCallerAsItself(3, attempt * 5);
            EveryItemIsRunOnceAndPhasesDoNotOverlap(3);
        }
    }

    [Theory]
    [InlineData(0.2, -1, 1)]
    [InlineData(0.2, 1, 1)]
    [InlineData(1.9, 8, 1)]
    [InlineData(2.0, 8, 2)]
    [InlineData(1e300, 8, 8)]
    public void AsManyAsPayAndAreAllowed(double worth, int most, int expected) => Assert.Equal(expected, Workers.HowMany(worth, most));

    [Fact]
    public void NoMoreThanCouldEverHelp() => Assert.Equal(Math.Max(128, Environment.ProcessorCount), Workers.HowMany(1e300, int.MaxValue));

    [Fact]
    public void AllProcessorsWhereNothingLimitsThem() => Assert.Equal(Environment.ProcessorCount, Workers.HowMany(1e6, -1));

    private static InvalidOperationException Thrown(Phases phases, Record* record, delegate*<Record*, int, int, void> body)
    {
        try
        {
            phases.Run(record, Items, body);
        }
        catch (InvalidOperationException exception)
        {
            return exception;
        }

        throw new InvalidOperationException("Nothing was thrown.");
    }

    private static void CountRun(Record* record, int item, int worker)
    {
        int bit = 1 << worker;
        if ((Interlocked.Or(ref record->BusyWorkers, bit) & bit) != 0)
        {
            Interlocked.Increment(ref record->Clashes);
        }

        Interlocked.Increment(ref record->Runs[item]);
        Thread.SpinWait(item % 50);
        Interlocked.And(ref record->BusyWorkers, ~bit);
        Interlocked.Increment(ref record->Finished);
    }

    private static void FinishEven(Record* record, int item, int worker) => Finish(record, item, parity: 0);

    private static void FinishOdd(Record* record, int item, int worker) => Finish(record, item, parity: 1);

    private static void Finish(Record* record, int item, int parity)
    {
        int phase = Volatile.Read(ref record->Phase);
        if (phase % 2 != parity || item >= phase % 4)
        {
            Interlocked.Increment(ref record->Misplaced);
        }

        Interlocked.Increment(ref record->Finished);
    }

    private static void Fail(Record* record, int item, int worker)
    {
        Interlocked.Increment(ref record->Runs[item]);
        if (item == record->FailingItem)
        {
            throw (Exception)GCHandle.FromIntPtr(record->Thrown).Target!;
        }
    }

    private static void FailAlways(Record* record, int item, int worker) => throw new InvalidOperationException($"item {item}");
}
