using System.CommandLine;
using System.Diagnostics;
using OutputGrad.Benchmarks.Problems;
using Spectre.Console;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>The command line of a comparison.</summary>
internal static class ComparisonCommand
{
    /// <param name="arguments">What was typed.</param>
    /// <param name="comparisons">The groups there are.</param>
    /// <param name="defaultSeconds">What the time of a full comparison is planned from, where nothing else was typed.</param>
    /// <param name="notes">What a reader of the tables must know beside the machine: the baselines' versions.</param>
    public static int Run(IReadOnlyList<string> arguments, IReadOnlyList<IComparison> comparisons, double defaultSeconds, string notes)
    {
        string[] names = [.. comparisons.Select(comparison => comparison.Name)];
        Argument<string[]> groups = new("groups") { Description = "What to compare; all of it when none is named.", Arity = ArgumentArity.ZeroOrMore };
        groups.AcceptOnlyFromAmong(names);
        Option<string?> shape = new("--shape") { Description = "Only this shape, like 256x1024x16384; one that no group lists is measured as a layer." };
        Option<string?> type = new("--type") { Description = "Only this element type." };
        type.AcceptOnlyFromAmong("float", "double");
        Option<double> seconds = new("--seconds") { Description = "About how long a full comparison may take.", DefaultValueFactory = _ => defaultSeconds };
        Option<bool> markdown = new("--markdown") { Description = "Print tables in Markdown." };
        RootCommand command = new("Alternates the library and its baselines in one process and prints the ratios.") { groups, shape, type, seconds, markdown };
        command.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(groups) ?? [];
            IEnumerable<IComparison> wanted = comparisons.Where(comparison => named.Length == 0 || named.Contains(comparison.Name));
            List<(IComparison Comparison, List<ComparisonCase> Cases)> selected = Selected(wanted, parsed.GetValue(shape), parsed.GetValue(type));
            if (selected.Count == 0)
            {
                AnsiConsole.WriteLine("No case has that group, shape and type.");
                return 1;
            }

            double pace = parsed.GetValue(seconds) / comparisons.SelectMany(comparison => comparison.Cases).Sum(problem => problem.Seconds);
            ComparisonReport report = new(parsed.GetValue(markdown) ? TableBorder.Markdown : TableBorder.Simple);
            ComparisonReport.Machine(notes);
            return Compare(selected, pace, report);
        });
        return command.Parse(arguments).Invoke();
    }

    private static List<(IComparison Comparison, List<ComparisonCase> Cases)> Selected(
        IEnumerable<IComparison> comparisons, string? shape, string? type)
    {
        List<(IComparison, List<ComparisonCase>)> selected = [];
        foreach (IComparison comparison in comparisons)
        {
            List<ComparisonCase> cases = [.. comparison.Cases.Where(Matches)];
            if (cases.Count == 0 && shape is not null && LayerShape.TryParse(shape, out LayerShape sizes)
                && comparison.Custom(sizes, type ?? "float") is { } custom)
                cases.Add(custom);
            if (cases.Count > 0)
                selected.Add((comparison, cases));
        }

        return selected;

        bool Matches(ComparisonCase candidate) => (shape is null || candidate.Shape == shape) && (type is null || candidate.Type == type);
    }

    private static int Compare(List<(IComparison Comparison, List<ComparisonCase> Cases)> selected, double pace, ComparisonReport report)
    {
        bool failed = false;
        long start = Stopwatch.GetTimestamp();
        foreach ((IComparison comparison, List<ComparisonCase> cases) in selected)
        {
            report.Begin(comparison.Title);
            foreach (ComparisonCase problem in cases)
                failed |= !Measured(problem, pace, report);
            report.End();
        }

        AnsiConsole.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        return failed ? 1 : 0;
    }

    // One case that fails does not take the others' results with it.
    private static bool Measured(ComparisonCase problem, double pace, ComparisonReport report)
    {
        try
        {
            foreach (Finding finding in problem.Measure(TimeSpan.FromSeconds(problem.Seconds * pace)))
                report.Add(problem, finding);
            return true;
        }
        catch (Exception failure) when (failure is NotImplementedException or InvalidOperationException or ArgumentException)
        {
            report.Add(problem, failure);
            return false;
        }
        finally
        {
            GC.Collect();   // the next problem's arrays may be hundreds of megabytes too
        }
    }
}
