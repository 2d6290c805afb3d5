using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>What the project promises itself of one shape of the fused layer; null where it promises nothing.</summary>
internal sealed record LayerTargets
{
    /// <summary>Share of the peak at one thread.</summary>
    public Target? PeakShare { get; init; }

    /// <summary>Speed at two threads over one.</summary>
    public Target? TwoThreads { get; init; }

    /// <summary>Time of OpenBLAS's three bare products over ours, one thread.</summary>
    public Target? OpenBlas { get; init; }
}
