using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers.Fit;

/// <summary>Somebody who solves the task, from zeros, as often as asked.</summary>
internal abstract class Fitter(string name, FitTask task, int threads) : IDisposable
{
    public string Name { get; } = name;

    /// <summary>Of the last fit; null where it does not tell.</summary>
    public int? Iterations { get; protected set; }

    /// <summary>How often the last fit computed the objective and its gradient; null where it does not tell.</summary>
    public int? Evaluations { get; protected set; }

    protected FitTask Task { get; } = task;

    protected int Threads { get; } = threads;

    public virtual Contestant Contestant => new(Name, Fit) { Rest = Threads == 1 ? TimeSpan.Zero : Alternation.OtherThreadsRest };

    public abstract void Fit();

    /// <summary>What the last fit found.</summary>
    public abstract FittedLayer Layer();

    /// <summary>By how many bytes a fit lets the process that it runs in grow at most.</summary>
    public virtual long PeakGrowth() => ResidentMemory.PeakGrowth(Fit);

    public virtual void Dispose()
    {
    }

    /// <summary>The time and what the last fit told.</summary>
    public string Describe(double seconds) =>
        Figures.Time(seconds)
        + (Iterations is { } iterations ? $", {iterations} iterations" : "")
        + (Evaluations is { } evaluations ? $", {evaluations} evaluations" : "");
}
