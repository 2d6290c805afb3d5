using System.Diagnostics;
using OutputGrad.Engine.Work;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>How long each item of each phase of a call takes on one thread.</summary>
internal sealed class PhaseTimes : IPhaseObserver
{
    private readonly List<(string Name, List<double> Items)> _phases = [];
    private long _last;

    private PhaseTimes()
    {
    }

    /// <summary>The phases that had items, in order, and the seconds of each item.</summary>
    public IReadOnlyList<(string Name, List<double> Items)> Phases => _phases;

    /// <summary>What the call took beside its items.</summary>
    public double SerialSeconds { get; private set; }

    public double TotalSeconds => SerialSeconds + _phases.Sum(phase => phase.Items.Sum());

    /// <summary>Of several calls the fastest run of each item: only a disturbance makes one slower.</summary>
    /// <param name="call">A call of the library, warm.</param>
    /// <param name="calls">How often, at least once.</param>
    public static PhaseTimes Of(Action call, int calls)
    {
        PhaseTimes[] all = [.. Enumerable.Range(0, calls).Select(_ => Of(call))];
        PhaseTimes least = all[0];
        least.SerialSeconds = all.Min(times => times.SerialSeconds);
        for (int i = 0; i < least._phases.Count; i++)
        {
            List<double> items = least._phases[i].Items;
            for (int item = 0; item < items.Count; item++)
            {
                items[item] = all.Min(times => times._phases[i].Items[item]);
            }
        }

        return least;
    }

    public void Begin(string name)
    {
        _phases.Add((name, []));
        _last = Stopwatch.GetTimestamp();
    }

    public void EndItem()
    {
        long now = Stopwatch.GetTimestamp();
        _phases[^1].Items.Add((now - _last) / (double)Stopwatch.Frequency);
        _last = now;
    }

    private static PhaseTimes Of(Action call)
    {
        PhaseTimes times = new();
        Engine.Work.Phases.Observer = times;
        try
        {
            long start = Stopwatch.GetTimestamp();
            call();
            times.SerialSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds - times.TotalSeconds;
        }
        finally
        {
            Engine.Work.Phases.Observer = null;
        }

        times._phases.RemoveAll(phase => phase.Items.Count == 0);
        return times;
    }
}
