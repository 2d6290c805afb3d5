using Samples.Pictures;
using ScottPlot;

namespace Digits.Pictures;

/// <summary>
/// The gradient of one wrong answer as ten 8 x 8 images, one per class: the slopes along that class's 64 weights, where the pixels are.
/// All share one color scale, so that the eye can compare them.
/// </summary>
internal static class GradientPicture
{
    private const int ImagesPerRow = 5;
    private const double Size = 152;
    private const double Margin = 32;
    private const double Gap = 40;
    private const double FirstRowTop = 168;
    private const double RowHeight = Size + 88;
    private const double GridLeft = Margin + Size + 2 * Gap;

    // White is a slope of 0; red and blue are equally dark at the same distance from it.
    private static readonly ScottPlot.Colormaps.CustomInterpolated BlueWhiteRed = new(
    [
        Color.FromHex("#08306B"), Color.FromHex("#2F74B5"), Color.FromHex("#9CC8E3"), Colors.White,
        Color.FromHex("#F6B394"), Color.FromHex("#CB4335"), Color.FromHex("#67000D"),
    ]);

    private static readonly ScottPlot.Colormaps.CustomInterpolated PaperAndInk = new([Colors.White, Colors.Black]);

    public static string Save(WrongAnswer wrong, string path)
    {
        using Sheet sheet = new(width: 1216, height: 610);
        sheet.Heading(Margin, 24, 21, $"What one wrong answer says to each dial: {Words.Misreading(wrong)}");
        sheet.Text(Margin, 58, 15,
            "The slopes of a class are the picture itself times one number: "
            + "pᵢ, the probability the model gave class i; for the true class, pᵢ − 1.");

        sheet.Heading(Margin, FirstRowTop - 48, 15, "the picture");
        sheet.Text(Margin, FirstRowTop - 26, 14, "0 paper, 1 ink");
        Image(sheet, Margin, FirstRowTop, wrong.Image, PaperAndInk, new ScottPlot.Range(0, 1));
        for (int digit = 0; digit < DigitSet.Classes; digit++)
        {
            double left = GridLeft + digit % ImagesPerRow * (Size + Gap);
            double top = FirstRowTop + digit / ImagesPerRow * RowHeight;
            sheet.Heading(left, top - 48, 15, Name(wrong, digit));
            sheet.Text(left, top - 26, 14, Factor(wrong, digit));
            Image(sheet, left, top, wrong.WeightGradient(digit), BlueWhiteRed, new ScottPlot.Range(-1, 1));
        }

        Legend(sheet, FirstRowTop + RowHeight);
        return sheet.Save(path);
    }

    /// <summary>A square image of a digit's pixels, or of one number per pixel.</summary>
    private static void Image(
        Sheet sheet, double left, double top, ReadOnlySpan<double> pixels, IColormap colors, ScottPlot.Range range)
    {
        double[,] cells = new double[DigitSet.Side, DigitSet.Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            cells[i / DigitSet.Side, i % DigitSet.Side] = pixels[i];
        }

        sheet.Cells(left, top, Size, Size, cells, colors, range);
    }

    private static string Name(WrongAnswer wrong, int digit) =>
        digit == wrong.Truth ? $"class {digit}: the truth"
        : digit == wrong.Answer ? $"class {digit}: the answer"
        : $"class {digit}";

    private static string Factor(WrongAnswer wrong, int digit)
    {
        char subscript = (char)('₀' + digit);
        string factor = $"{wrong.Residual[digit]:0.000;−0.000}";
        return digit == wrong.Truth ? $"× (p{subscript} − 1) = {factor}" : $"× p{subscript} = {factor}";
    }

    private static void Legend(Sheet sheet, double top)
    {
        const double width = 24;
        double[] scale = [.. Enumerable.Range(0, 101).Select(step => 1 - step / 50.0)];
        sheet.Heading(Margin, top - 48, 15, "the slope");
        sheet.Column(Margin, top, width, Size, scale, BlueWhiteRed, new ScottPlot.Range(-1, 1));
        double textLeft = Margin + width + 8;
        sheet.Text(textLeft, top, 13, "+1  turned up,\n       the loss grows");
        sheet.Text(textLeft, top + Size / 2 - 8, 13, "  0  no effect");
        sheet.Text(textLeft, top + Size - 32, 13, "−1  turned up,\n       the loss falls");
    }
}
