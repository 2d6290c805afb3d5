using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>One problem of a comparison.</summary>
/// <param name="Shape">Its sizes, as a table shows them and as a filter names them.</param>
/// <param name="Type">Its element type: float or double.</param>
/// <param name="Seconds">Its share of a full comparison's time.</param>
/// <param name="Measure">Measures it in about the time given.</param>
internal sealed record ComparisonCase(string Shape, string Type, double Seconds, Func<TimeSpan, IReadOnlyList<Finding>> Measure)
{
    /// <summary>Whether it takes so long that it must be asked for.</summary>
    public bool IsLarge { get; init; }

    /// <summary>A case of elements of a type.</summary>
    public static ComparisonCase Of<T>(string shape, double seconds, Func<TimeSpan, IReadOnlyList<Finding>> measure) =>
        new(shape, typeof(T) == typeof(float) ? "float" : "double", seconds, measure);

    /// <summary>A case of a layer.</summary>
    public static ComparisonCase Of<T>(LayerShape shape, double seconds, Func<TimeSpan, IReadOnlyList<Finding>> measure) =>
        Of<T>(shape.ToString(), seconds, measure);
}
