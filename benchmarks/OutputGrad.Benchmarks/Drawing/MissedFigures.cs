using System.Globalization;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>What a page of results says of figures that miss what is required of them, and what would meet it.</summary>
internal sealed class MissedFigures(ResultsFile results)
{
    private const string AtLeast = "at least ";

    public IEnumerable<string> Lines
    {
        get
        {
            (MeasuredRun Run, MeasuredFigure Figure)[] missed =
            [
                .. from run in results.Runs
                   from measured in run.Groups
                   from figure in measured.Figures
                   where figure.IsMet == false
                   select (run, figure),
            ];
            if (missed.Length == 0)
            {
                yield break;
            }

            yield return "## What is not met";
            yield return "";
            yield return "These figures miss what [`--check`](../../docs/benchmarks.md#compare) requires.";
            yield return "The last column is what ours would have to be, the other side being the same.";
            yield return "";
            yield return "| run | shape | type | threads | what | measured | required | it would take |";
            yield return "|---|---|---|---|---|---|---|---|";
            foreach ((MeasuredRun run, MeasuredFigure figure) in missed)
            {
                yield return $"| {run.Title} | {figure.Shape} | {figure.Type} | {figure.Threads} | {figure.What} | {figure.Text} | "
                    + $"{figure.Required} | {Needed(figure)} |";
            }
        }
    }

    /// <summary>Our side, faster by as much as the ratio is too small.</summary>
    private static string Needed(MeasuredFigure figure)
    {
        if (figure.Ours is null || !figure.Required!.StartsWith(AtLeast, StringComparison.Ordinal))
        {
            return "";
        }

        double factor = double.Parse(figure.Required[AtLeast.Length..], CultureInfo.InvariantCulture) / figure.Value;
        (double number, string unit) = Quantity.Parse(figure.Ours);
        return unit.EndsWith("/s", StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"{number * factor:0.0} {unit}")
            : Figures.Time(Quantity.Seconds(figure.Ours) / factor);
    }
}
