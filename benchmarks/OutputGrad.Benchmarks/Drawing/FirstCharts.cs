using System.Text;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>
/// README's: the seconds of a fit and of a step, a bar for each who does it. Two pictures, so that they stack where it is narrow.
/// </summary>
internal sealed class FirstCharts(ResultsFile results)
{
    private const int Width = 430;
    private const int Left = 16;
    private const int BarLeft = 112;
    private const int BarHeight = 27;
    private const double LongestBar = 250;
    private const string OurColor = "#1A7F5A";
    private const string OtherColor = "#B9C0C8";

    /// <summary>The picture of fits, or null where they were not measured.</summary>
    public string? DrawFit()
    {
        if (Fit("scikit-learn") is not { } scikit || Fit("libtorch") is not { } torch || Fit("ML.NET") is not { } machineLearning)
        {
            return null;
        }

        MeasuredRun run = results.RunOf(scikit);
        return Draw(
            "Fit a classifier to the minimum, seconds",
            "10,003 vectors of 384 numbers, 77 classes, two threads",
            [
                ("OutputGrad", scikit.Ours!, OurColor), ("libtorch", torch.Other!, OtherColor),
                ("scikit-learn", scikit.Other!, OtherColor), ("ML.NET", machineLearning.Other!, OtherColor),
            ],
            run,
            run.Baselines!.Split(" (")[0]);

        MeasuredFigure? Fit(string peer) => results.Find("10003x384x77", 2, $"C = 10, time of {peer} / ours");
    }

    /// <summary>The picture of steps, or null where they were not measured.</summary>
    public string? DrawStep()
    {
        if (Step("Step") is not { } whole || Step("filtered Step") is not { } filtered)
        {
            return null;
        }

        MeasuredRun run = results.RunOf(whole);
        return Draw(
            "One step of a language model's head, seconds",
            "512 rows, 768 features, 50,257 classes, one thread",
            [
                ("OutputGrad", whole.Ours!, OurColor), ("and filtered", filtered.Ours!, OurColor), ("libtorch", whole.Other!, OtherColor),
            ],
            run,
            run.Baselines!.Split(';')[0]);

        MeasuredFigure? Step(string ours) => results.Find("512x768x50257", 1, $"time of libtorch / {ours}");
    }

    private string Draw(string title, string problem, (string Who, string Time, string Color)[] bars, MeasuredRun run, string versions)
    {
        StringBuilder svg = new();
        svg.AppendLine(Svg.Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="218" viewBox="0 0 {Width} 218"
                 font-family="sans-serif" font-size="12" fill="#24292F">
            <rect width="100%" height="100%" fill="#FFFFFF"/>
            <text x="{Left}" y="28" font-size="15" font-weight="bold">{title}</text>
            """));
        Svg.AddLabel(svg, Left, 46, problem, "start");
        double y = 60, unit = LongestBar / bars.Max(bar => Quantity.Seconds(bar.Time));
        foreach ((string who, string time, string color) in bars)
        {
            double seconds = Quantity.Seconds(time);
            Svg.AddLabel(svg, BarLeft - 8, y + 15, who, "end");
            Svg.AddBox(svg, BarLeft, y, seconds * unit, BarHeight - 9, color);
            Svg.AddLabel(svg, BarLeft + (seconds * unit) + 5, y + 14, Svg.Invariant($"{seconds:0.00}"), "start");
            y += BarHeight;
        }

        Svg.AddLabel(svg, Left, 190, Svg.Invariant($"{results.Processor}; {run.Runtime}; {run.Date:yyyy-MM-dd}"), "start");
        Svg.AddLabel(svg, Left, 207, versions, "start");
        return svg.AppendLine("</svg>").ToString().ReplaceLineEndings("\n");
    }
}
