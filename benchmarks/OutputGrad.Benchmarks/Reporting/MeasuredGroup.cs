namespace OutputGrad.Benchmarks.Reporting;

/// <summary>A group of a comparison in a file of results: a table, and the points of curves.</summary>
internal sealed record MeasuredGroup(string Name, string Title, List<MeasuredFigure> Figures);
