using OutputGrad;
using Samples.Pictures;
using ScottPlot;
using ScottPlot.Plottables;

namespace Digits.Pictures;

/// <summary>The loss after each epoch, on the digits it learns from and on those it never sees.</summary>
internal static class LossCurve
{
    public static string Save(IReadOnlyList<Epoch> epochs, string path)
    {
        PictureFont.Use();
        using Plot plot = new();
        plot.Title("How surprised the model is by the right answers", 20);
        plot.XLabel("times through the training digits", 15);
        plot.YLabel("mean loss", 15);
        plot.HideGrid();
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        plot.Layout.Fixed(new PixelPadding(left: 70, right: 30, bottom: 60, top: 50));
        plot.Axes.SetLimits(0, epochs[^1].Number, 0, 2.5);
        plot.Axes.Left.SetTicks([0, 0.5, 1, 1.5, 2, 2.5], ["0", "0.5", "1", "1.5", "2", "2.5"]);
        Curve(plot, epochs, "test digits", epoch => epoch.Test, Color.FromHex("#CB4335"));
        Curve(plot, epochs, "training digits", epoch => epoch.Training, Color.FromHex("#2F74B5"));
        plot.SavePng(path, 900, 500);
        return path;
    }

    private static void Curve(Plot plot, IReadOnlyList<Epoch> epochs, string name, Func<Epoch, CrossEntropyResult> result, Color color)
    {
        double[] numbers = [.. epochs.Select(epoch => (double)epoch.Number)];
        double[] losses = [.. epochs.Select(epoch => result(epoch).Loss)];
        Scatter curve = plot.Add.ScatterLine(numbers, losses, color);
        curve.LineWidth = 2.5f;

        CrossEntropyResult last = result(epochs[^1]);
        string text = $"{name}: loss {last.Loss:0.000}, {Epoch.Accuracy(last):0.0%} read rightly";
        Text label = plot.Add.Text(text, epochs[^1].Number, last.Loss);
        label.LabelFontName = Fonts.Default;
        label.LabelFontSize = 15;
        label.LabelFontColor = color;
        label.Alignment = Alignment.LowerRight;
        label.OffsetY = -4;
    }
}
