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

    /// <summary>Its own shape, where it is not its case's.</summary>
    public string? Shape { get; init; }

    /// <summary>Whether it is a point of a curve, which a page of results draws and does not list.</summary>
    public bool IsPoint { get; init; }

    /// <summary>What the value must be, where the project requires anything of it.</summary>
    public Requirement? Requirement { get; private init; }

    /// <summary>How many times longer the other takes than ours; both sides are stated as times.</summary>
    public static Finding TimeRatio(int threads, Contestant other, Contestant ours, Timings timings) =>
        TimeRatio(threads, other, ours, timings, side => Figures.Time(timings.Seconds(side)));

    /// <summary>How many times longer the other takes than ours; each side is stated in the given terms.</summary>
    public static Finding TimeRatio(int threads, Contestant other, Contestant ours, Timings timings, Func<Contestant, string> absolute) =>
        new(threads, $"time of {other.Name} / {ours.Name}", timings.TimeRatio(other, ours))
        {
            Ours = absolute(ours),
            Other = absolute(other),
            Rounds = timings.Rounds,
        };

    /// <summary>The same, required to be at least the floor where there is one.</summary>
    public Finding AtLeast(double? floor) => floor is { } least ? this with { Requirement = Requirement.AtLeast(least) } : this;

    public Finding AtMost(double ceiling) => this with { Requirement = Requirement.AtMost(ceiling) };

    public Finding AtMostBytes(long ceiling) => this with { Requirement = Requirement.AtMostBytes(ceiling) };
}
