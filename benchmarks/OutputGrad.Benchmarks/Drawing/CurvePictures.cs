using OutputGrad.Benchmarks.Compare;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>Curves of a file of results. Each is null where its points were not measured.</summary>
internal sealed class CurvePictures(ResultsFile results)
{
    private static readonly OxyColor[] Colors = [OxyColor.Parse("#1A7F5A"), OxyColor.Parse("#2F74B5"), OxyColor.Parse("#B86A14")];

    private readonly MeasuredFigure[] _points = [.. results.Figures.Where(figure => figure.IsPoint)];

    /// <summary>
    /// The share of the peak over the operations for each byte of W read twice and of dL/dW written, which is half as many as there are
    /// rows, under two roofs: the peak, and streaming at the speed at which these arrays lie from the core.
    /// </summary>
    public string? Roofline() => Draw(
        "Roofline: LossAndGradient of 1 to 64 rows",
        Logarithmic(AxisPosition.Bottom, "operations per byte of W, read twice, and of dL/dW, written", numbersOf: 2),
        Logarithmic(AxisPosition.Left, "share of the FMA peak"),
        [
            .. FewRowsByLayer().SelectMany((layer, i) => (LineSeries[])
            [
                Curve(layer.Name, Colors[i], layer.Times.Select(time => (time.Rows / 2.0, time.Rows * layer.MultiplyAdds / time.Seconds))),
                Bound(Colors[i], layer.Times.Select(time => (time.Rows / 2.0, time.Rows * layer.MultiplyAdds / layer.Bound(time.Rows)))),
            ]),
        ]);

    /// <summary>The time over the rows, one by one, and its bound: streaming or multiply-adds.</summary>
    public string? FewRows() => Draw(
        "One more row: the time of LossAndGradient",
        Logarithmic(AxisPosition.Bottom, "rows", numbersOf: 2),
        Logarithmic(AxisPosition.Left, "ms"),
        [
            .. FewRowsByLayer().SelectMany((layer, i) => (LineSeries[])
            [
                Curve(layer.Name, Colors[i], layer.Times.Select(time => ((double)time.Rows, time.Seconds * 1e3))),
                Bound(Colors[i], layer.Times.Select(time => ((double)time.Rows, layer.Bound(time.Rows) * 1e3))),
            ]),
        ]);

    /// <summary>The share of the peak over one of the sizes, for one thread and for all.</summary>
    public string? Scaling(int size)
    {
        IEnumerable<IGrouping<int, (double, double)>> curves =
            from point in Shares()
            where WithoutSize(point.Shape, size) == WithoutSize(ShapesComparison.Base, size)
            group ((double)Sizes(point.Shape)[size], point.Value) by point.Threads;
        string[] names = ["rows", "features", "classes"];
        IEnumerable<string> others =
            from i in Enumerable.Range(0, names.Length) where i != size select $"{Sizes(ShapesComparison.Base)[i]} {names[i]}";
        return Draw(
            $"Scaling over {names[size]}",
            Logarithmic(AxisPosition.Bottom, $"{names[size]}, of {string.Join(" and ", others)}", numbersOf: 2),
            Share(),
            [
                .. curves.Where(curve => curve.Count() > 1).OrderBy(curve => curve.Key).Select((curve, i) =>
                    Curve(curve.Key == 1 ? "1 thread" : $"{curve.Key} threads", Colors[i % Colors.Length], curve.Order())),
            ]);
    }

    /// <summary>The speed of each thread beside that of one alone: measured, and as simulated for more cores than there are.</summary>
    public string? Threads()
    {
        MeasuredFigure[] measured =
            [.. _points.Where(point => point.What == ShapesComparison.Share && point.Shape == ShapesComparison.Base.ToString())];
        MeasuredFigure[] simulated =
        [
            .. results.Figures.Where(figure =>
                figure.What == ScalingComparison.EfficiencyName && figure.Shape == ShapesComparison.Base.ToString()),
        ];
        List<LineSeries> curves = [];
        if (measured.Length > 1)
        {
            double one = measured.Single(figure => figure.Threads == 1).Value;
            curves.Add(Curve("measured", Colors[0], measured.Select(figure => ((double)figure.Threads, figure.Value / one))));
        }

        if (simulated.Length > 1)
        {
            curves.Add(Curve("simulated", Colors[1], simulated.Select(figure => ((double)figure.Threads, figure.Value))));
        }

        LinearAxis efficiency = Share();
        efficiency.Title = "time of one / (threads x their time)";
        return Draw(
            "Scaling over threads",
            Logarithmic(AxisPosition.Bottom, $"threads, at {ShapesComparison.Base}", numbersOf: 2),
            efficiency,
            curves);
    }

    private static LogarithmicAxis Logarithmic(AxisPosition position, string title, int numbersOf = 10) =>
        new() { Position = position, Title = title, Base = numbersOf };

    private static LinearAxis Share() =>
        new() { Position = AxisPosition.Left, Title = "share of the FMA peak of as many threads", Minimum = 0, Maximum = 1.1 };

    private static LineSeries Curve(string? name, OxyColor color, IEnumerable<(double X, double Y)> points)
    {
        LineSeries curve = new() { Title = name, Color = color, MarkerType = MarkerType.Circle, MarkerSize = 2, MarkerFill = color };
        curve.Points.AddRange(points.Select(point => new DataPoint(point.X, point.Y)));
        return curve;
    }

    private static LineSeries Bound(OxyColor color, IEnumerable<(double X, double Y)> points)
    {
        LineSeries bound = Curve(null, color, points);
        bound.LineStyle = LineStyle.Dash;
        bound.StrokeThickness = 1;
        bound.MarkerType = MarkerType.None;
        return bound;
    }

    private static int[] Sizes(LayerShape shape) => [shape.Rows, shape.Features, shape.Classes];

    private static (int, int) WithoutSize(LayerShape shape, int size) =>
        Sizes(shape).Where((_, i) => i != size).ToArray() is [int first, int second] ? (first, second) : default;

    private IEnumerable<(LayerShape Shape, int Threads, double Value)> Shares() =>
        from point in _points
        where point.What == ShapesComparison.Share
        select (LayerShape.Parse(point.Shape), point.Threads, point.Value);

    private IEnumerable<FewRowsOfLayer> FewRowsByLayer()
    {
        foreach (MeasuredFigure streaming in _points.Where(point => point.What == RowsComparison.Streaming))
        {
            LayerShape one = LayerShape.Parse(streaming.Shape);
            yield return new FewRowsOfLayer(
                $"{one.Features} x {one.Classes}",
                streaming.Value,
                _points.First(point => point.What == RowsComparison.MultiplyAdds && point.Shape == streaming.Shape).Value,
                [
                    .. from point in _points
                       where point.What == RowsComparison.Time
                       let shape = LayerShape.Parse(point.Shape)
                       where shape with { Rows = 1 } == one
                       orderby shape.Rows
                       select (shape.Rows, point.Value),
                ]);
        }
    }

    private string? Draw(string title, Axis horizontal, Axis vertical, List<LineSeries> curves)
    {
        const int width = 430, height = 330;
        if (curves.Count == 0)
        {
            return null;
        }

        PlotModel model = new()
        {
            Title = title,
            TitleFontSize = 14,
            Subtitle = results.Processor,
            SubtitleFontSize = 10,
            DefaultFont = "Arial",
            DefaultFontSize = 10,
            Background = OxyColors.White,
            PlotAreaBorderColor = OxyColor.Parse("#B9C0C8"),
            Axes = { horizontal, vertical },
        };
        foreach (Axis axis in model.Axes)
        {
            axis.MajorGridlineStyle = LineStyle.Solid;
            axis.MajorGridlineColor = OxyColor.Parse("#E3E6EA");
        }

        foreach (LineSeries curve in curves)
        {
            model.Series.Add(curve);
        }

        model.Legends.Add(new Legend { LegendPosition = LegendPosition.RightBottom });
        SvgExporter exporter = new() { Width = width, Height = height, TextMeasurer = new PixelMeasurer(width, height) };
        return Svg.Scalable(exporter.ExportToString(model), width, height);
    }

    /// <summary>Measures texts without the system's fonts, so that a picture is the same everywhere; in pixels of 3/4 points.</summary>
    private sealed class PixelMeasurer(double width, double height) : PdfRenderContext(width, height, OxyColors.White)
    {
        public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
        {
            OxySize points = base.MeasureText(text, fontFamily, fontSize, fontWeight);
            return new OxySize(points.Width * 4 / 3, points.Height * 4 / 3);
        }
    }

    /// <summary>Rows of one layer: their times, and the times of streaming its weights and of one row's multiply-adds.</summary>
    private sealed record FewRowsOfLayer(string Name, double Streaming, double MultiplyAdds, List<(int Rows, double Seconds)> Times)
    {
        public double Bound(int rows) => Math.Max(Streaming, rows * MultiplyAdds);
    }
}
