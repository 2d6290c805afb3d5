using System.Globalization;
using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;
using Spectre.Console;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>Prints the machine and a table per group.</summary>
internal sealed class ComparisonReport
{
    // A console that is a file has no width of its own; the tables' lines are about this long.
    private const int WidthOfFile = 180;
    private const string LoadAverage = "/proc/loadavg";

    private readonly TableBorder _border;
    private Table _table = new();

    public ComparisonReport(TableBorder border)
    {
        _border = border;
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFile;
    }

    public static void Machine(string notes)
    {
        AnsiConsole.WriteLine($"{Processor()}, {Environment.ProcessorCount} processors, vectors of {FmaPeak.Bits} bits");
        AnsiConsole.WriteLine($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        AnsiConsole.WriteLine(notes);
        if (File.Exists(LoadAverage))
            AnsiConsole.WriteLine($"load average before the start: {File.ReadAllText(LoadAverage).Split(' ')[0]}");
    }

    public void Begin(string title)
    {
        AnsiConsole.WriteLine();
        AnsiConsole.WriteLine(title);
        _table = new Table { Border = _border };
        foreach (string heading in (string[])["shape", "type", "threads", "what", "value", "floor", "verdict", "ours", "other", "rounds"])
            _table.AddColumn(new TableColumn(heading) { NoWrap = heading != "what" });
    }

    public void Add(ComparisonCase problem, Finding finding) => _table.AddRow(
        problem.Shape,
        problem.Type,
        finding.Threads.ToString(CultureInfo.InvariantCulture),
        Markup.Escape(finding.What),
        finding.Text,
        finding.Target?.ToString() ?? "",
        finding.Target is null ? "" : finding.Target.IsMetBy(finding.Value) ? "met" : "[red]not met[/]",
        finding.Ours,
        finding.Other,
        finding.Rounds == 0 ? "" : finding.Rounds.ToString(CultureInfo.InvariantCulture));

    public void Add(ComparisonCase problem, Exception failure) =>
        _table.AddRow(problem.Shape, problem.Type, "", Markup.Escape($"failed: {failure.Message}"), "", "", "[red]failed[/]", "", "", "");

    public void End() => AnsiConsole.Write(_table);

    private static string Processor()
    {
        const string field = "model name";
        string? line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(candidate => candidate.StartsWith(field, StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
