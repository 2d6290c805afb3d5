using System.Globalization;
using System.Text;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>The page of a file of results.</summary>
internal sealed class ResultsPage(ResultsFile results, string name)
{
    private static readonly (string Heading, Func<MeasuredFigure, string> Cell)[] Columns =
    [
        ("shape", figure => figure.Shape),
        ("type", figure => figure.Type),
        ("threads", figure => Number(figure.Threads)),
        ("what", figure => figure.What),
        ("value", figure => figure.Text ?? ""),
        ("ours", figure => figure.Ours ?? ""),
        ("other", figure => figure.Other ?? ""),
        ("rounds", figure => figure.Rounds == 0 ? "" : Number(figure.Rounds)),
    ];

    private readonly StringBuilder _page = new();

    /// <param name="pictures">The names of the pictures that were drawn, and what they show.</param>
    public string Write(IEnumerable<(string File, string Alternative)> pictures)
    {
        Add(
            $"<!-- made from {name}.json by `dotnet run -c Release --project benchmarks/OutputGrad.Benchmarks -- draw` -->",
            "",
            $"# {results.Title}",
            "");
        Add([.. new ResultsSummary(results).Lines]);
        Add("", "Below 1 the other side is faster.");
        Add("", [.. pictures.Select(picture => $"![{picture.Alternative}]({picture.File})")]);
        AddFacts("## Machine", ("processor", results.Processor), ("caches", results.Caches));
        Add("", "What the lines mean and how ratios are taken: [docs/benchmarks.md](../../docs/benchmarks.md).");
        foreach (MeasuredRun run in results.Runs)
        {
            AddRun(run);
        }

        string[] missed = [.. new MissedFigures(results).Lines];
        if (missed.Length > 0)
        {
            Add("", missed);
        }

        return _page.ToString();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private void AddRun(MeasuredRun run)
    {
        string load = run.LoadAverage is { } average ? Svg.Invariant($", load average before the start {average:0.00}") : "";
        AddFacts(
            $"## {run.Title}",
            ("command", $"`{run.Command}`"),
            ("measured", Svg.Invariant($"{run.Date:yyyy-MM-dd}{(run.Seconds is { } seconds ? $", {seconds:0} s" : "")}") + load),
            ("commit", run.Commit),
            ("system", $"{run.System}, {run.Runtime}"),
            ("baselines", run.Baselines),
            ("note", run.Note));
        foreach (MeasuredGroup measured in run.Groups)
        {
            MeasuredFigure[] figures = [.. measured.Figures.Where(figure => !figure.IsPoint)];
            if (figures.Length > 0)
            {
                Add("", $"### {measured.Name}", "", measured.Title, "");
                AddTable(figures);
            }
        }
    }

    private void AddFacts(string heading, params (string Name, string? Fact)[] facts)
    {
        string[] lines = [.. from fact in facts where fact.Fact is not null select $"| {fact.Name} | {fact.Fact} |"];
        Add("", heading, "", lines[0], "|---|---|");
        Add(lines.AsSpan(1));
    }

    private void AddTable(MeasuredFigure[] figures)
    {
        (string Heading, Func<MeasuredFigure, string> Cell)[] columns =
            [.. Columns.Where(column => figures.Any(figure => column.Cell(figure).Length > 0))];
        int[] widths = [.. columns.Select(column => figures.Max(figure => Math.Max(column.Heading.Length, column.Cell(figure).Length)))];
        AddCells([.. columns.Select(column => column.Heading)]);
        AddCells([.. widths.Select(width => new string('-', width))]);
        foreach (MeasuredFigure figure in figures)
        {
            AddCells([.. columns.Select(column => column.Cell(figure))]);
        }

        void AddCells(string[] cells) => Add($"| {string.Join(" | ", cells.Select((cell, i) => cell.PadRight(widths[i])))} |");
    }

    private void Add(string first, params ReadOnlySpan<string> others)
    {
        _page.Append(first).Append('\n');
        Add(others);
    }

    private void Add(ReadOnlySpan<string> lines)
    {
        foreach (string line in lines)
        {
            _page.Append(line).Append('\n');
        }
    }
}
