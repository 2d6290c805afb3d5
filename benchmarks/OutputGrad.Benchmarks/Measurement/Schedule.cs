namespace OutputGrad.Benchmarks.Measurement;

/// <summary>What a call would take on many workers: its items, phase by phase, each given to the worker who is free first.</summary>
/// <remarks>
/// That is what <see cref="Engine.Work.Workers"/> do, but for what it costs them to claim an item and to see that a phase has ended, and
/// for what they take from one another: memory, caches, clock.
/// </remarks>
internal static class Schedule
{
    public static double Seconds(PhaseTimes times, int workers) =>
        times.SerialSeconds + times.Phases.Sum(phase => Seconds(phase.Items, workers));

    /// <summary>One phase.</summary>
    public static double Seconds(IReadOnlyList<double> items, int workers)
    {
        PriorityQueue<int, double> free = new(Enumerable.Range(0, workers).Select(worker => (worker, 0.0)));
        double end = 0;
        foreach (double item in items)
        {
            free.TryPeek(out int worker, out double start);
            end = Math.Max(end, start + item);
            free.DequeueEnqueue(worker, start + item);
        }

        return end;
    }
}
