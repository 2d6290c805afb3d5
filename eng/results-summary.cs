#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// The opening of a page of results, from the page's own tables: `dotnet run eng/results-summary.cs benchmarks/results/*.md`.
// It draws the chart beside each page, and README's from the first page. Where a page does not have the summary that its tables give, it
// prints that and exits with 1.
using System.Globalization;
using System.Text;

int wrong = 0;
foreach (string path in args)
{
    string page = File.ReadAllText(path);
    List<Figure> figures = Figure.ReadAll(page);
    File.WriteAllText(Path.ChangeExtension(path, ".svg"), Chart.Draw(figures));
    if (path == args[0])
    {
        FirstCharts charts = new(figures, page);
        File.WriteAllText("docs/images/fit.svg", charts.DrawFit());
        File.WriteAllText("docs/images/step-of-a-head.svg", charts.DrawStep());
    }

    string summary = Summary.Write(figures);
    if (!page.Contains(summary, StringComparison.Ordinal))
    {
        Console.WriteLine($"{path} must open with:\n\n{summary}");
        wrong++;
    }
}

return wrong == 0 ? 0 : 1;

/// <summary>A line of a page's tables.</summary>
internal sealed record Figure(string Shape, string Type, int Threads, string What, string Value, string Ours, string Other)
{
    /// <summary>The lines of all tables, in the page's order. A figure that the page has twice counts where it stands first.</summary>
    public static List<Figure> ReadAll(string page)
    {
        List<Figure> figures = [];
        string[] headings = [];
        foreach (string line in page.Split('\n'))
        {
            string[] cells = [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())];
            if (cells.Contains("shape") && cells.Contains("value"))
            {
                headings = cells;
            }
            else if (cells.Length == headings.Length && int.TryParse(Cell("threads"), CultureInfo.InvariantCulture, out int threads))
            {
                figures.Add(new Figure(Cell("shape"), Cell("type"), threads, Cell("what"), Cell("value"), Cell("ours"), Cell("other")));
            }

            string Cell(string heading) => headings.IndexOf(heading) is >= 0 and int i ? cells[i] : "";
        }

        return [.. figures.DistinctBy(figure => (figure.Shape, figure.Type, figure.Threads, figure.What))];
    }
}

/// <summary>What a page says first: six figures.</summary>
internal static class Summary
{
    private const string Layer = "512x768x50257";

    public static string Write(List<Figure> figures)
    {
        Figure share = figures.First(figure => figure is { Shape: Layer, Threads: 1 } && IsPeakShare(figure.What));
        Figure memory = figures.First(figure => figure.What == "LossAndGradient: growth of the resident set");
        string faster = AtLayer(2, "one thread's time / two threads'");
        string torch = AtLayer(1, "time of libtorch / ours");
        string torchOnTwo = AtLayer(2, "time of libtorch / ours");
        string blas = AtLayer(1, "time of OpenBLAS's products / ours");
        string step = AtLayer(1, "time of libtorch / Step");
        string filtered = AtLayer(1, "time of libtorch / filtered Step");
        string softmax = Value("512x50257", 1, "time of TensorPrimitives / ours");
        return $"""
            | one thread, `float`, 512 rows x 768 features x 50257 classes | measured |
            |---|---|
            | loss, dL/dH and dL/dW | {share.Ours}, {share.Value} of the FMA peak; {faster} times as fast on two threads |
            | libtorch's time / ours | {torch}; {torchOnTwo} where both have two threads |
            | OpenBLAS's time for the three products alone, no softmax / ours | {blas} |
            | a step of gradient descent: libtorch's time / ours | {step}; {filtered} with filters at 2^-12 |
            | softmax and its gradient from logits: time of TensorPrimitives / ours | {softmax} |
            | memory beyond the arguments at {memory.Shape}, instead of {memory.Other} | {memory.Value} |
            """ + "\n";

        string AtLayer(int threads, string what) => Value(Layer, threads, what);

        string Value(string shape, int threads, string what) =>
            figures.First(figure =>
                (figure.Shape, figure.Type, figure.Threads, figure.What) == (shape, "float", threads, what)).Value;
    }

    // The peak's width is part of the name.
    private static bool IsPeakShare(string what) =>
        what.StartsWith("share of the", StringComparison.Ordinal) && what.EndsWith("FMA peak", StringComparison.Ordinal);
}

/// <summary>A bar per peer and shape: how many times as long as ours the peer took on one thread.</summary>
internal static class Chart
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

    public static string Draw(List<Figure> figures)
    {
        List<Row> layers = Rows(figures, "", ("time of libtorch / ours", TorchColor), ("time of OpenBLAS's products / ours", BlasColor));
        List<Row> steps = Rows(figures, "", ("time of libtorch / Step", TorchColor));
        List<Row> filtered = Rows(figures, ", filtered", ("time of libtorch / filtered Step", TorchColor));
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

    private static List<Row> Rows(List<Figure> figures, string suffix, params (string What, string Color)[] series) =>
    [
        .. from one in series
           from figure in figures
           where figure is { Threads: 1, Type: "float" } && figure.What == one.What
           group (double.Parse(figure.Value, CultureInfo.InvariantCulture), one.Color) by figure.Shape into shape
           select new Row(shape.Key + suffix, Size(shape.Key), [.. shape]),
    ];

    private static double Size(string shape) =>
        shape.Split('x').Aggregate(1.0, (product, size) => product * int.Parse(size, CultureInfo.InvariantCulture));

    private static void AddKey(StringBuilder svg, double x, string color, string text)
    {
        Svg.AddBox(svg, x, 45, 12, 12, color);
        Svg.AddLabel(svg, x + 18, 55, text, "start");
    }

    private sealed record Row(string Name, double Size, List<(double Value, string Color)> Bars);
}

/// <summary>
/// README's: the seconds of a fit and of a step, a bar for each who does it. Two pictures, so that they stack where it is narrow.
/// </summary>
internal sealed class FirstCharts(List<Figure> figures, string page)
{
    private const int Width = 430;
    private const int Left = 16;
    private const int BarLeft = 112;
    private const int BarHeight = 27;
    private const double LongestBar = 250;
    private const string OurColor = "#1A7F5A";
    private const string OtherColor = "#B9C0C8";

    public string DrawFit()
    {
        Figure scikit = Fit("scikit-learn");
        return Draw(
            "Fit a classifier to the minimum, seconds",
            "10,003 vectors of 384 numbers, 77 classes, two threads",
            [
                ("OutputGrad", scikit.Ours, OurColor), ("libtorch", Fit("libtorch").Other, OtherColor),
                ("scikit-learn", scikit.Other, OtherColor), ("ML.NET", Fit("ML.NET").Other, OtherColor),
            ],
            Cell("baselines of fits"));

        Figure Fit(string peer) => Of("10003x384x77", 2, $"C = 10, time of {peer} / ours");
    }

    public string DrawStep()
    {
        Figure whole = Step("Step"), filtered = Step("filtered Step");
        return Draw(
            "One step of a language model's head, seconds",
            "512 rows, 768 features, 50,257 classes, one thread",
            [
                ("OutputGrad", whole.Ours, OurColor), ("and filtered", filtered.Ours, OurColor), ("libtorch", whole.Other, OtherColor),
            ],
            "libtorch 2.10 by TorchSharp 0.107.0");

        Figure Step(string ours) => Of("512x768x50257", 1, $"time of libtorch / {ours}");
    }

    private string Draw(string title, string problem, (string Who, string Time, string Color)[] bars, string versions)
    {
        StringBuilder svg = new();
        svg.AppendLine(Svg.Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="218" viewBox="0 0 {Width} 218"
                 font-family="sans-serif" font-size="12" fill="#24292F">
            <rect width="100%" height="100%" fill="#FFFFFF"/>
            <text x="{Left}" y="28" font-size="15" font-weight="bold">{title}</text>
            """));
        Svg.AddLabel(svg, Left, 46, problem, "start");
        double y = 60, unit = LongestBar / bars.Max(bar => Seconds(bar.Time));
        foreach ((string who, string time, string color) in bars)
        {
            Svg.AddLabel(svg, BarLeft - 8, y + 15, who, "end");
            Svg.AddBox(svg, BarLeft, y, Seconds(time) * unit, BarHeight - 9, color);
            Svg.AddLabel(svg, BarLeft + (Seconds(time) * unit) + 5, y + 14, Svg.Invariant($"{Seconds(time):0.00}"), "start");
            y += BarHeight;
        }

        Svg.AddLabel(svg, Left, 190, $"{Cell("processor")}; {Cell("runtime")}", "start");
        Svg.AddLabel(svg, Left, 207, versions, "start");
        return svg.AppendLine("</svg>").ToString().ReplaceLineEndings("\n");
    }

    private Figure Of(string shape, int threads, string what) =>
        figures.First(figure => (figure.Shape, figure.Threads, figure.What) == (shape, threads, what));

    /// <summary>A row of the page's table of the machine.</summary>
    private string Cell(string part) =>
        page.Split('\n').First(line => line.StartsWith($"| {part} |", StringComparison.Ordinal)).Split('|')[2].Trim();

    /// <summary>The seconds that a cell begins with.</summary>
    private static double Seconds(string cell)
    {
        string[] words = cell.Split(',')[0].Split(' ');
        double number = double.Parse(words[0], CultureInfo.InvariantCulture);
        return words[1] switch
        {
            "s" => number,
            "ms" => number / 1e3,
            _ => throw new FormatException($"'{cell}' begins with no seconds or milliseconds."),
        };
    }
}

/// <summary>The marks that charts are made of.</summary>
internal static class Svg
{
    public static void AddBox(StringBuilder svg, double x, double y, double width, double height, string color) =>
        svg.AppendLine(Invariant($"""<rect x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{height:0.#}" fill="{color}"/>"""));

    // The white rim keeps a text legible where it crosses a line.
    public static void AddLabel(StringBuilder svg, double x, double y, string text, string anchor) => svg.AppendLine(Invariant(
        $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" stroke="#FFFFFF" stroke-width="3" paint-order="stroke">{text}</text>"""));

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
