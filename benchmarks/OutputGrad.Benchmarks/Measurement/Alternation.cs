using System.Diagnostics;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>
/// Times contestants in turn, A B C A B C ..., in one process: what disturbs the machine for a while (clock, neighbors, heat) hits all of
/// them, and the ratio within a round survives it.
/// </summary>
internal static class Alternation
{
    /// <summary>Enough for another library's threads to sleep: they look for more work for some milliseconds before they do.</summary>
    public static readonly TimeSpan OtherThreadsRest = TimeSpan.FromMilliseconds(150);

    // Medians of fewer rounds than this are not worth printing; rounds beyond the most no longer move them.
    private const int FewestRounds = 3;
    private const int MostRounds = 101;

    // The runtime recompiles a method after 30 calls, twice, in the background, once nothing new was compiled for 100 ms. Each round of
    // warm-up calls that often and rests that long. A call so long that its loops were replaced while it ran needs one round only.
    private const int WarmUpRounds = 3;
    private const int WarmUpCalls = 30;
    private const double LongCallSeconds = 0.4;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WarmUpRest = TimeSpan.FromMilliseconds(150);

    // One sample of a short call repeats it for this long, so that the clock's resolution and a stray interrupt do not count.
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(4);

    /// <param name="budget">About how long to measure, warm-up included; a round that takes long may exceed it.</param>
    /// <param name="contestants">Who takes turns, in this order.</param>
    public static Timings Measure(TimeSpan budget, params Contestant[] contestants)
    {
        long start = Stopwatch.GetTimestamp();
        int[] calls = [.. WarmUp(contestants).Select(seconds => (int)Math.Clamp(SampleTime.TotalSeconds / seconds, 1, 1_000_000))];
        List<double[]> rounds = [];
        while (rounds.Count < FewestRounds || (rounds.Count < MostRounds && Stopwatch.GetElapsedTime(start) < budget))
        {
            rounds.Add(Round(contestants, calls));
        }

        return new Timings(contestants, rounds);
    }

    /// <summary>A single call of each, for calls that take minutes.</summary>
    public static Timings Once(params Contestant[] contestants) =>
        new(contestants, [Round(contestants, [.. Enumerable.Repeat(1, contestants.Length)])]);

    private static double[] Round(Contestant[] contestants, int[] calls)
    {
        double[] seconds = new double[contestants.Length];
        for (int i = 0; i < contestants.Length; i++)
        {
            seconds[i] = SecondsPerCall(contestants[i], calls[i]);
            Thread.Sleep(contestants[i].Rest);
        }

        return seconds;
    }

    /// <summary>Returns how long a warm call of each takes.</summary>
    private static double[] WarmUp(Contestant[] contestants)
    {
        double[] seconds = new double[contestants.Length];
        for (int round = 0; round < WarmUpRounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                if (seconds[i] < LongCallSeconds)
                {
                    seconds[i] = Warm(contestants[i]);
                }
            }

            Thread.Sleep(WarmUpRest);
        }

        return seconds;
    }

    private static double Warm(Contestant contestant)
    {
        long start = Stopwatch.GetTimestamp();
        double seconds = 0;
        for (int call = 0; call < WarmUpCalls && Stopwatch.GetElapsedTime(start) < WarmUpTime; call++)
        {
            seconds = SecondsPerCall(contestant, 1);
        }

        return seconds;
    }

    private static double SecondsPerCall(Contestant contestant, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            contestant.Run();
        }

        return contestant.OwnClock?.Invoke() ?? (Stopwatch.GetElapsedTime(start).TotalSeconds / calls);
    }
}
