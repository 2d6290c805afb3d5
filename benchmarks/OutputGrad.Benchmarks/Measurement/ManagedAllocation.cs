namespace OutputGrad.Benchmarks.Measurement;

/// <summary>Managed bytes that a call allocates once it is warm.</summary>
internal static class ManagedAllocation
{
    private const int Calls = 32;
    private const int Batches = 3;

    /// <summary>Mean bytes per call allocated by the calling thread alone.</summary>
    public static double PerCallOnThisThread(Action call) => PerCall(call, GC.GetAllocatedBytesForCurrentThread);

    /// <summary>Mean bytes per call allocated by the whole process.</summary>
    public static double PerCallOnAllThreads(Action call) => PerCall(call, () => GC.GetTotalAllocatedBytes(precise: true));

    // The least of some batches of calls: on a busy machine the runtime may still recompile during one of them.
    private static double PerCall(Action call, Func<long> allocated)
    {
        Warm(call);
        return Enumerable.Range(0, Batches).Min(_ => Batch(call, allocated)) / (double)Calls;
    }

    private static long Batch(Action call, Func<long> allocated)
    {
        long before = allocated();
        Repeat(call);
        return allocated() - before;
    }

    // Past the runtime's background recompilation, whose instrumentation may allocate, and past every cache's first filling.
    private static void Warm(Action call)
    {
        Repeat(call);
        Thread.Sleep(200);
        Repeat(call);
    }

    private static void Repeat(Action call)
    {
        for (int i = 0; i < Calls; i++)
        {
            call();
        }
    }
}
