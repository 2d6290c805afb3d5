using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>One line of a comparison's table.</summary>
/// <param name="Threads">How many threads our side was allowed.</param>
/// <param name="What">What <see cref="Value"/> is.</param>
/// <param name="Value">The figure that is judged.</param>
internal sealed record Finding(int Threads, string What, double Value)
{
    /// <summary>The value as text.</summary>
    public string Text { get; init; } = Figures.Ratio(Value);

    /// <summary>Our side in absolute terms.</summary>
    public string Ours { get; init; } = "";

    /// <summary>The other side in absolute terms.</summary>
    public string Other { get; init; } = "";

    /// <summary>The rounds of which the value is a median; 0 where it is no median.</summary>
    public int Rounds { get; init; }

    /// <summary>What the value should be, where the project has set itself a target.</summary>
    public Target? Target { get; init; }

    /// <summary>How many times longer the other takes than ours.</summary>
    public static Finding TimeRatio(int threads, Contestant other, Contestant ours, Timings timings) =>
        new(threads, $"time of {other.Name} / {ours.Name}", timings.TimeRatio(other, ours))
        {
            Ours = Figures.Time(timings.Seconds(ours)),
            Other = Figures.Time(timings.Seconds(other)),
            Rounds = timings.Rounds,
        };
}
