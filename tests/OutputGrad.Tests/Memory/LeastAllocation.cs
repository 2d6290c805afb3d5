namespace OutputGrad.Tests.Memory;

/// <summary>
/// The least managed memory of several calls, once everything is compiled: a collection in between may take the pool's arrays away.
/// </summary>
internal static class LeastAllocation
{
    private const int Calls = 40;

    /// <summary>
    /// The milliseconds in which everything should be compiled: code that is compiled in haste boxes what it asks the type of.
    /// </summary>
    private const long Patience = 10_000;

    /// <summary>Bytes on this thread.</summary>
    /// <param name="call">What allocates.</param>
    /// <param name="hopedFor">What is waited for; null for none.</param>
    public static long OnThisThread(Action call, long? hopedFor) => Of(call, GC.GetAllocatedBytesForCurrentThread, hopedFor);

    /// <summary>Bytes of the whole process, in which no other test runs.</summary>
    /// <param name="call">What allocates.</param>
    public static long OnAllThreads(Action call) => Of(call, () => GC.GetTotalAllocatedBytes(precise: true), hopedFor: null);

    private static long Of(Action call, Func<long> allocated, long? hopedFor)
    {
        long least = long.MaxValue;
        long start = Environment.TickCount64;
        for (int i = 0; i < 2 * Calls || (least > hopedFor && Environment.TickCount64 - start < Patience); i++)
        {
            long before = allocated();
            call();
            long bytes = allocated() - before;
            least = i < Calls ? least : Math.Min(least, bytes);
        }

        return least;
    }
}
