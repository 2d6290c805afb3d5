using System.Text;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>A bar per peer and shape: how many times as long as ours the peer took on one thread.</summary>
internal static class RatioChart
{
    private const int Width = 860;
    private const int Left = 190;
    private const int Right = 60;
    private const int Top = 92;
    private const int BarHeight = 13;
    private const int RowGap = 9;
    private const string TorchColor = "#2F74B5";
    private const string BlasColor = "#A9A9A9";
    private const string TextColor = "#24292F";
    private const string GridColor = "#E3E6EA";

    /// <summary>The picture, or null where there is no ratio.</summary>
    public static string? Draw(ResultsFile results)
    {
        // a figure that was measured twice, at another width of vectors too, counts where it stands first
        List<MeasuredFigure> figures =
            [.. results.Figures.DistinctBy(figure => (figure.Shape, figure.Type, figure.Threads, figure.What))];
        List<Row> layers = Rows(figures, "", ("time of libtorch / ours", TorchColor), ("time of OpenBLAS's products / ours", BlasColor));
        List<Row> steps = Rows(figures, "", ("time of libtorch / Step", TorchColor));
        List<Row> filtered = Rows(figures, ", filtered", ("time of libtorch / filtered Step", TorchColor));
        if (layers.Count + steps.Count == 0)
        {
            return null;
        }

        double most = Math.Ceiling(layers.Concat(steps).Concat(filtered).SelectMany(row => row.Bars).Max(bar => bar.Value));
        double unit = (Width - Left - Right) / most;

        StringBuilder bars = new();
        double y = Top;
        AddSection("loss and both gradients", layers);
        AddSection("a step of gradient descent", steps.Concat(filtered));

        StringBuilder svg = new();
        svg.AppendLine(Svg.Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {y + 28:0}"
                 font-family="sans-serif" font-size="12" fill="{TextColor}">
            <rect width="100%" height="100%" fill="#FFFFFF"/>
            <text x="20" y="28" font-size="16" font-weight="bold">Time of others / time of OutputGrad (one thread, float)</text>
            """));
        AddKey(svg, 20, TorchColor, "libtorch");
        AddKey(svg, 120, BlasColor, "OpenBLAS: the three products alone, no softmax");
        Svg.AddLabel(svg, Left + unit, Top - 8, "OutputGrad", "middle");
        for (int tick = 0; tick <= most; tick++)
        {
            double x = Left + tick * unit;
            string color = tick == 1 ? TextColor : GridColor;
            svg.AppendLine(Svg.Invariant($"""<line x1="{x:0.#}" y1="{Top}" x2="{x:0.#}" y2="{y:0.#}" stroke="{color}"/>"""));
            Svg.AddLabel(svg, x, y + 16, Svg.Invariant($"{tick}"), "middle");
        }

        return svg.Append(bars).AppendLine("</svg>").ToString().ReplaceLineEndings("\n");

        // The largest problems first.
        void AddSection(string heading, IEnumerable<Row> rows)
        {
            bars.AppendLine(Svg.Invariant($"""<text x="20" y="{y + 14:0.#}" font-weight="bold">{heading}</text>"""));
            y += 22;
            foreach (Row row in rows.OrderByDescending(row => row.Size))
            {
                Svg.AddLabel(bars, Left - 8, y + row.Bars.Count * BarHeight / 2.0 + 4, row.Name, "end");
                foreach ((double value, string color) in row.Bars)
                {
                    Svg.AddBox(bars, Left, y, value * unit, BarHeight - 1, color);
                    Svg.AddLabel(bars, Left + value * unit + 5, y + BarHeight - 3, Svg.Invariant($"{value:0.00}"), "start");
                    y += BarHeight;
                }

                y += RowGap;
            }
        }
    }

    private static List<Row> Rows(List<MeasuredFigure> figures, string suffix, params (string What, string Color)[] series) =>
    [
        .. from one in series
           from figure in figures
           where figure is { Threads: 1, Type: "float" } && figure.What == one.What
           group (figure.Value, one.Color) by figure.Shape into shape
           select new Row(shape.Key + suffix, Size(shape.Key), [.. shape]),
    ];

    private static double Size(string shape) => Sizes.Parse(shape).Aggregate(1.0, (product, size) => product * size);

    private static void AddKey(StringBuilder svg, double x, string color, string text)
    {
        Svg.AddBox(svg, x, 45, 12, 12, color);
        Svg.AddLabel(svg, x + 18, 55, text, "start");
    }

    private sealed record Row(string Name, double Size, List<(double Value, string Color)> Bars);
}
