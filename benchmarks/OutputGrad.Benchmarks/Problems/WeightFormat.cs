namespace OutputGrad.Benchmarks.Problems;

/// <summary>How a layer's weights are stored.</summary>
internal enum WeightFormat
{
    /// <summary>In the type in which is computed.</summary>
    Full,
    BFloat16,
    Half,
}
