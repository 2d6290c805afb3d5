namespace OutputGrad.Benchmarks.Compare;

/// <summary>What the project requires of one shape of the fused layer; null where it requires nothing.</summary>
internal sealed record LayerFloors
{
    /// <summary>Share of the peak at one thread.</summary>
    public double? PeakShare { get; init; }

    /// <summary>Speed at two threads over one.</summary>
    public double? TwoThreads { get; init; }

    /// <summary>Time of OpenBLAS's three bare products over ours, one thread.</summary>
    public double? OpenBlas { get; init; }
}
