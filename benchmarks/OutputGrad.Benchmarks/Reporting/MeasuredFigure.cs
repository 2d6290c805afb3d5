using System.Text.Json.Serialization;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>A figure in a file of results.</summary>
internal sealed record MeasuredFigure
{
    public required string Shape { get; init; }

    public required string Type { get; init; }

    public required int Threads { get; init; }

    public required string What { get; init; }

    /// <summary>In the units of its text; times in seconds, memory in bytes and shares in ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required double Value { get; init; }

    /// <summary>The value as tables show it; null for a point of a curve.</summary>
    public string? Text { get; init; }

    [JsonIgnore]
    public bool IsPoint => Text is null;

    public string? Ours { get; init; }

    public string? Other { get; init; }

    public int Rounds { get; init; }

    /// <summary>What is required of the value; null where nothing is.</summary>
    public string? Required { get; init; }

    public bool? IsMet { get; init; }

    /// <summary>The figure of a finding, to five digits.</summary>
    public static MeasuredFigure Of(ComparisonCase problem, Finding finding) => new()
    {
        Shape = finding.Shape ?? problem.Shape,
        Type = problem.Type,
        Threads = finding.Threads,
        What = finding.What,
        Value = Figures.Rounded(finding.Value),
        Text = finding.IsPoint ? null : finding.Text,
        Ours = NullIfEmpty(finding.Ours),
        Other = NullIfEmpty(finding.Other),
        Rounds = finding.Rounds,
        Required = finding.Requirement?.ToString(),
        IsMet = finding.Requirement?.IsMetBy(finding.Value),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
