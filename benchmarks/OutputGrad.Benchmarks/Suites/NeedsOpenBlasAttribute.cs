namespace OutputGrad.Benchmarks.Suites;

/// <summary>Marks a benchmark that is left out where OpenBLAS is not found.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsOpenBlasAttribute : Attribute;
