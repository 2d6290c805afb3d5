namespace OutputGrad.Benchmarks.Measurement;

/// <summary>Managed bytes that a call allocates once it is warm.</summary>
internal static class ManagedAllocation
{
    private const int Calls = 32;

    /// <summary>Mean bytes per call allocated by the calling thread alone.</summary>
    public static double PerCallOnThisThread(Action call)
    {
        Warm(call);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(call);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Calls;
    }

    /// <summary>Mean bytes per call allocated by the whole process.</summary>
    public static double PerCallOnAllThreads(Action call)
    {
        Warm(call);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Repeat(call);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Calls;
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
            call();
    }
}
