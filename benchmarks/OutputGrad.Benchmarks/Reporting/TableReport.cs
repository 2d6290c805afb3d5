using System.Globalization;
using Spectre.Console;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>Prints a table per group, with a line per figure and without the columns that are empty in all lines.</summary>
internal sealed class TableReport : IReport
{
    private static readonly string[] Headings = ["shape", "type", "threads", "what", "value", "ours", "other", "rounds"];
    private static readonly int What = Headings.IndexOf("what");

    // A console that is a file has no width of its own; the tables' lines are about this long.
    private const int WidthOfFile = 180;

    private readonly List<string[]> _lines = [];
    private bool _failed;

    public TableReport()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = WidthOfFile;
        }
    }

    public void Begin(IComparison comparison)
    {
        Console.WriteLine(comparison.Title);
        _lines.Clear();
    }

    public void Add(ComparisonCase problem, Finding finding) => _lines.Add(
    [
        finding.Shape ?? problem.Shape,
        problem.Type,
        Number(finding.Threads),
        finding.What,
        finding.Text,
        finding.Ours,
        finding.Other,
        finding.Rounds == 0 ? "" : Number(finding.Rounds),
    ]);

    public void AddFailure(ComparisonCase problem, string message)
    {
        _lines.Add([problem.Shape, problem.Type, "", $"failed: {message}", "", "", "", ""]);
        _failed = true;
    }

    public void End()
    {
        int[] columns = [.. Enumerable.Range(0, Headings.Length).Where(column => _lines.Exists(line => line[column].Length > 0))];
        Table table = new() { Border = TableBorder.Simple };
        foreach (int column in columns)
        {
            table.AddColumn(new TableColumn(Headings[column]) { NoWrap = column != What });
        }

        foreach (string[] line in _lines)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(line[column]))]);
        }

        AnsiConsole.Write(table);
        Console.WriteLine();
    }

    public bool Complete() => !_failed;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
