using System.Diagnostics;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>
/// Times contestants in turn, A B C A B C ..., in one process: what disturbs the machine for a while (clock, neighbours, heat) hits all of
/// them, and the ratio within a round survives it.
/// </summary>
internal static class Alternation
{
    // Medians of fewer rounds than this are not worth printing; rounds beyond the most no longer move them.
    private const int FewestRounds = 3;
    private const int MostRounds = 101;

    // The runtime recompiles hot methods in the background about 100 ms after they were last compiled: short calls warm up past that.
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250);

    // One sample of a short call repeats it for this long, so that the clock's resolution and a stray interrupt do not count.
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(4);

    /// <param name="budget">About how long to measure, warm-up included; a round that takes long may exceed it.</param>
    /// <param name="pause">Idle time before each sample: lets another library's threads stop spinning for work.</param>
    /// <param name="contestants">Who takes turns, in this order.</param>
    public static Timings Measure(TimeSpan budget, TimeSpan pause, params Contestant[] contestants)
    {
        long start = Stopwatch.GetTimestamp();
        int[] calls = new int[contestants.Length];
        for (int i = 0; i < contestants.Length; i++)
        {
            calls[i] = CallsPerSample(contestants[i].Run);
        }

        List<double[]> rounds = [];
        while (rounds.Count < FewestRounds || (rounds.Count < MostRounds && Stopwatch.GetElapsedTime(start) < budget))
        {
            double[] round = new double[contestants.Length];
            for (int i = 0; i < contestants.Length; i++)
            {
                Thread.Sleep(pause);
                round[i] = SecondsPerCall(contestants[i].Run, calls[i]);
            }

            rounds.Add(round);
        }

        return new Timings(contestants, rounds);
    }

    private static int CallsPerSample(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        double seconds;
        do
        {
            seconds = SecondsPerCall(run, 1);
        }
        while (Stopwatch.GetElapsedTime(start) < WarmUp);

        return (int)Math.Clamp(SampleTime.TotalSeconds / seconds, 1, 1_000_000);
    }

    private static double SecondsPerCall(Action run, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
