using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>A named group of problems that is measured and printed together.</summary>
internal interface IComparison
{
    string Name { get; }

    string Title { get; }

    IEnumerable<ComparisonCase> Cases { get; }

    /// <summary>Whether it is left out where no group is named.</summary>
    bool OnlyByName => false;

    /// <summary>A case for a shape that is not among <see cref="Cases"/>; null where the group has fixed problems only.</summary>
    /// <remarks>Nothing is required of its figures.</remarks>
    ComparisonCase? Custom(LayerShape shape, string type) => null;
}
