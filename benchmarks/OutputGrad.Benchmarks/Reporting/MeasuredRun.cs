namespace OutputGrad.Benchmarks.Reporting;

/// <summary>What one command measured, in a file of results.</summary>
internal sealed record MeasuredRun
{
    public required string Title { get; init; }

    public required string Command { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The commit that the library was built from; null where the build did not know it.</summary>
    public string? Commit { get; init; }

    public required string System { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The versions of what the library is compared with.</summary>
    public string? Baselines { get; init; }

    /// <summary>How long it took.</summary>
    public double? Seconds { get; init; }

    /// <summary>How busy the machine was before the start.</summary>
    public double? LoadAverage { get; init; }

    /// <summary>What a reader must know beside this, a sentence or more, by hand; it stays when the run is measured again.</summary>
    public string? Note { get; init; }

    public required List<MeasuredGroup> Groups { get; init; }
}
