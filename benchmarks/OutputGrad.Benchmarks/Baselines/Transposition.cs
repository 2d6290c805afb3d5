namespace OutputGrad.Benchmarks.Baselines;

/// <summary>How BLAS reads a matrix; the values are those of its C interface.</summary>
internal enum Transposition
{
    None = 111,
    Transposed = 112,
}
