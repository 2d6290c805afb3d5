using ScottPlot;
using ScottPlot.Plottables;

namespace Samples.Pictures;

/// <summary>A white sheet to lay images and text on, in pixels from its upper left corner: a plot without axes.</summary>
public sealed class Sheet : IDisposable
{
    private static readonly Color FrameColor = Color.FromHex("#9A9A9A");

    private readonly Plot _plot = new();
    private readonly int _width;
    private readonly int _height;

    public Sheet(int width, int height)
    {
        PictureFont.Use();
        _width = width;
        _height = height;
        _plot.Layout.Frameless();
        _plot.HideGrid();
        _plot.Axes.SetLimits(0, width, 0, height);
    }

    public void Heading(double left, double top, float size, string text) => Add(left, top, size, text).LabelBold = true;

    public void Text(
        double left, double top, float size, string text, Alignment alignment = Alignment.UpperLeft, Color? color = null)
    {
        Text label = Add(left, top, size, text);
        label.LabelBold = false;
        label.Alignment = alignment;
        label.LabelFontColor = color ?? Colors.Black;
    }

    public void Rectangle(double left, double top, double width, double height, Color fill, Color frame)
    {
        Rectangle rectangle = _plot.Add.Rectangle(Place(left, top, width, height));
        rectangle.FillColor = fill;
        rectangle.LineColor = frame;
        rectangle.LineWidth = 1;
    }

    /// <summary>A rectangle of small ones, each colored by its number.</summary>
    public void Cells(double left, double top, double width, double height, double[,] cells, IColormap colors, ScottPlot.Range range)
    {
        CoordinateRect place = Place(left, top, width, height);
        Heatmap map = _plot.Add.Heatmap(cells);
        map.Colormap = colors;
        map.ManualRange = range;
        map.Rectangle = place;
        Rectangle frame = _plot.Add.Rectangle(place);
        frame.FillStyle.IsVisible = false;
        frame.LineColor = FrameColor;
        frame.LineWidth = 1;
    }

    /// <summary>A column of colors from top to bottom.</summary>
    public void Column(
        double left, double top, double width, double height, ReadOnlySpan<double> values, IColormap colors, ScottPlot.Range range)
    {
        // Two cells side by side: a heat map of a single column is not drawn.
        double[,] cells = new double[values.Length, 2];
        for (int i = 0; i < values.Length; i++)
        {
            cells[i, 0] = cells[i, 1] = values[i];
        }

        Cells(left, top, width, height, cells, colors, range);
    }

    public string Save(string path)
    {
        _plot.SavePng(path, _width, _height);
        return path;
    }

    public void Dispose() => _plot.Dispose();

    private Text Add(double left, double top, float size, string text)
    {
        Text label = _plot.Add.Text(text, left, _height - top);
        label.LabelFontName = Fonts.Default;
        label.LabelFontSize = size;
        label.Alignment = Alignment.UpperLeft;
        return label;
    }

    private CoordinateRect Place(double left, double top, double width, double height) =>
        // The plot's coordinates run upwards, the sheet's downwards.
        new(left, left + width, _height - top - height, _height - top);
}
