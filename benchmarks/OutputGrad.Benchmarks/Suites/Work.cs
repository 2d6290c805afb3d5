namespace OutputGrad.Benchmarks.Suites;

/// <summary>What one call has to do at least.</summary>
/// <param name="Flops">Floating-point operations of its matrix products; 0 where it has none.</param>
/// <param name="Bytes">Every input read once and every output written once; 0 where that says nothing.</param>
internal readonly record struct Work(double Flops, double Bytes);
