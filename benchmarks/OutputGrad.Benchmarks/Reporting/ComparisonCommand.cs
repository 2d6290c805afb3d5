using System.Collections;
using System.CommandLine;
using System.Diagnostics;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>The command line of a comparison.</summary>
internal static class ComparisonCommand
{
    /// <summary>Measures what was asked for and prints it.</summary>
    /// <param name="program">What runs it, a project and the arguments that lead here.</param>
    /// <param name="arguments">What else was typed.</param>
    /// <param name="comparisons">The groups there are.</param>
    /// <param name="defaultSeconds">What the time of a full comparison is planned from, where nothing else was typed.</param>
    /// <param name="notes">What a reader of the tables must know beside the machine: the baselines' versions.</param>
    /// <returns>The exit code: 1 where a case failed, a requirement was missed in a check, or no case was selected.</returns>
    public static int Run(
        string program, IReadOnlyList<string> arguments, IReadOnlyList<IComparison> comparisons, double defaultSeconds, string notes)
    {
        Argument<string[]> groups = new("groups")
        {
            Description = "What to compare; when none is named, all that does not take long.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        groups.AcceptOnlyFromAmong([.. comparisons.Select(comparison => comparison.Name)]);
        Option<string?> shape = new("--shape")
        {
            Description = "Only this shape, like 256x1024x16384; one that no group lists is measured as a layer.",
        };
        Option<string?> type = new("--type") { Description = "Only this element type." };
        type.AcceptOnlyFromAmong("float", "double");
        Option<double> seconds = new("--seconds")
        {
            Description = "About how long a full comparison may take.",
            DefaultValueFactory = _ => defaultSeconds,
        };
        Option<string?> json = new("--json") { Description = "Also write the figures into this file of results." };
        Option<string> title = new("--title")
        {
            Description = "What the file calls this run; it replaces the one of this title.",
            DefaultValueFactory = _ => program,
        };
        Option<bool> check = new("--check")
        {
            Description = "Instead of tables, print whether each figure is as required, and exit with 1 where one is not.",
        };
        Option<bool> large = new("--large") { Description = "Compare also what takes many minutes." };
        RootCommand command = new("Alternates the library and its baselines in one process and prints the ratios.")
        {
            groups, shape, type, seconds, json, title, check, large,
        };
        command.SetAction(parsed =>
        {
            string[] named = parsed.GetValue(groups) ?? [];
            IEnumerable<IComparison> wanted = comparisons.Where(
                comparison => named.Length == 0 ? !comparison.OnlyByName : named.Contains(comparison.Name));
            List<Selection> selected = Select(wanted, parsed.GetValue(shape), parsed.GetValue(type), parsed.GetValue(large));
            if (selected.Count == 0)
            {
                Console.WriteLine("No case has that group, shape and type.");
                return 1;
            }

            double pace = parsed.GetValue(seconds) / comparisons.Where(comparison => !comparison.OnlyByName)
                .SelectMany(comparison => comparison.Cases).Sum(problem => problem.Seconds);
            IReport report = parsed.GetValue(check) ? new CheckReport() : new TableReport();
            if (parsed.GetValue(json) is { } path)
            {
                string[] about = [json.Name, path, title.Name, parsed.GetValue(title)!];
                report = new ResultsReport(report, path, about[^1], Command(program, arguments.Except(about)), notes);
            }

            foreach (string line in Machine.Description().Append(notes))
            {
                Console.WriteLine(line);
            }

            Console.WriteLine();

            return Compare(selected, pace, report);
        });
        return command.Parse(arguments).Invoke();
    }

    /// <summary>What makes the same figures: the switches of the runtime, and what was typed.</summary>
    private static string Command(string program, IEnumerable<string> arguments)
    {
        IEnumerable<string> switches =
            from DictionaryEntry variable in Environment.GetEnvironmentVariables()
            where ((string)variable.Key).StartsWith("DOTNET_Enable", StringComparison.Ordinal)
            select $"{variable.Key}={variable.Value}";
        return string.Join(' ', [.. switches, "dotnet run -c Release --project", program, .. arguments]);
    }

    private static List<Selection> Select(IEnumerable<IComparison> comparisons, string? shape, string? type, bool large)
    {
        List<Selection> selected = [];
        foreach (IComparison comparison in comparisons)
        {
            List<ComparisonCase> cases = [.. comparison.Cases.Where(Matches)];
            if (cases.Count == 0 && shape is not null && LayerShape.TryParse(shape, out LayerShape sizes)
                && comparison.Custom(sizes, type ?? "float") is { } custom)
            {
                cases.Add(custom);
            }

            if (cases.Count > 0)
            {
                selected.Add(new Selection(comparison, cases));
            }
        }

        return selected;

        bool Matches(ComparisonCase candidate) =>
            (shape is null || candidate.Shape == shape) && (type is null || candidate.Type == type) && (large || !candidate.IsLarge);
    }

    private static int Compare(List<Selection> selected, double pace, IReport report)
    {
        long start = Stopwatch.GetTimestamp();
        foreach ((IComparison comparison, List<ComparisonCase> cases) in selected)
        {
            report.Begin(comparison);
            foreach (ComparisonCase problem in cases)
            {
                Measure(problem, pace, report);
            }

            report.End();
        }

        bool passed = report.Complete();
        Console.WriteLine($"{Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        return passed ? 0 : 1;
    }

    // One case that fails does not take the others' results with it.
    private static void Measure(ComparisonCase problem, double pace, IReport report)
    {
        try
        {
            foreach (Finding finding in problem.Measure(TimeSpan.FromSeconds(problem.Seconds * pace)))
            {
                report.Add(problem, finding);
            }
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            report.AddFailure(problem, failure.Message);
        }
        finally
        {
            GC.Collect();   // The next problem's arrays may be hundreds of megabytes too.
        }
    }

    private sealed record Selection(IComparison Comparison, List<ComparisonCase> Cases);
}
