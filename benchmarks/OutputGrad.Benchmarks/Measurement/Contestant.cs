namespace OutputGrad.Benchmarks.Measurement;

/// <summary>Something to be timed against others.</summary>
/// <param name="Name">What a table calls it.</param>
/// <param name="Run">One call.</param>
/// <param name="Flops">The floating-point operations of one call, or 0 where that says nothing.</param>
internal sealed record Contestant(string Name, Action Run, double Flops = 0)
{
    /// <summary>Seconds of its last call, where it works in another process that times it better; null elsewhere.</summary>
    public Func<double>? OwnClock { get; init; }

    /// <summary>Idle time after each of its turns.</summary>
    public TimeSpan Rest { get; init; }
}
