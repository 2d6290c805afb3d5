using ScottPlot;
using ScottPlot.Plottables;

namespace Digits.Pictures;

/// <summary>A white sheet to lay images and text on, in pixels from its upper left corner: a plot without axes.</summary>
internal sealed class Sheet : IDisposable
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

    public void Text(double left, double top, float size, string text) => Add(left, top, size, text).LabelBold = false;

    /// <summary>A square image of a digit's pixels, or of one number per pixel.</summary>
    public void Image(double left, double top, double size, ReadOnlySpan<double> pixels, IColormap colors, ScottPlot.Range range)
    {
        double[,] cells = new double[DigitSet.Side, DigitSet.Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            cells[i / DigitSet.Side, i % DigitSet.Side] = pixels[i];
        }

        Cells(left, top, size, size, cells, colors, range);
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

    private void Cells(double left, double top, double width, double height, double[,] cells, IColormap colors, ScottPlot.Range range)
    {
        // The plot's coordinates run upwards, the sheet's downwards.
        CoordinateRect place = new(left, left + width, _height - top - height, _height - top);
        Heatmap map = _plot.Add.Heatmap(cells);
        map.Colormap = colors;
        map.ManualRange = range;
        map.Rectangle = place;
        Rectangle frame = _plot.Add.Rectangle(place);
        frame.FillStyle.IsVisible = false;
        frame.LineColor = FrameColor;
        frame.LineWidth = 1;
    }
}
