using OutputGrad.Training;
using Samples.Pictures;
using ScottPlot;
using ScottPlot.Colormaps;

namespace Intents;

/// <summary>
/// The confusion matrix of the intents that are found worst. Right and wrong answers have a color scale each: on one, the wrong ones would
/// hardly be seen.
/// </summary>
internal static class ConfusionPicture
{
    private const int Intents = 20;
    private const double Cell = 34;
    private const double Margin = 32;
    private const double Left = 452;
    private const double Top = 142;
    private const double Gap = 14;

    // From here on a scale is dark enough for white numbers.
    private const double Dark = 0.5;

    private static readonly Color Line = Color.FromHex("#E4E4E4");
    private static readonly Color Gray = Color.FromHex("#777777");

    private static readonly CustomInterpolated Blues = new(
        [Color.FromHex("#EDF5FB"), Color.FromHex("#9CC8E3"), Color.FromHex("#2F74B5"), Color.FromHex("#08306B")]);

    private static readonly CustomInterpolated Reds = new(
        [Color.FromHex("#FDF0E9"), Color.FromHex("#F6B394"), Color.FromHex("#CB4335"), Color.FromHex("#67000D")]);

    public static string Save(Evaluation<string> evaluation, string path)
    {
        WorstIntents worst = new(evaluation, Intents);
        double side = worst.Count * Cell;
        using Sheet sheet = new((int)(Left + side + Gap + Cell + Margin), (int)(Top + side + Margin));
        sheet.Heading(Margin, 24, 21, $"The {worst.Count} intents that are found worst");
        sheet.Text(Margin, 58, 15,
            "A row counts what was answered to the test questions of one intent: blue is right, red is another of these intents.\n"
            + $"The last column counts the answers with one of the {evaluation.PerClass.Count - worst.Count} others.");
        for (int row = 0; row < worst.Count; row++)
        {
            double middle = (row + 0.5) * Cell;
            sheet.Text(Left - 3 * Gap, Top + middle, 14, worst.Intent(row).Replace('_', ' '), Alignment.MiddleRight);
            sheet.Text(Left - Gap, Top + middle, 14, $"{row + 1}", Alignment.MiddleRight);
            sheet.Text(Left + middle, Top - Gap, 14, $"{row + 1}", Alignment.MiddleCenter);
            Answers(sheet, worst, row);
        }

        sheet.Text(Left + side + Gap + Cell / 2, Top - Gap, 14, "others", Alignment.MiddleCenter, Gray);
        return sheet.Save(path);
    }

    private static void Answers(Sheet sheet, WorstIntents worst, int row)
    {
        for (int column = 0; column < worst.Count; column++)
        {
            int count = worst.Answers(row, column);
            double share = (double)count / Math.Max(1, column == row ? worst.MostRight : worst.MostWrong);
            Color color = (column == row ? Blues : Reds).GetColor(share);
            sheet.Rectangle(Left + column * Cell, Top + row * Cell, Cell, Cell, count == 0 ? Colors.White : color, Line);
            Number(sheet, Left + (column + 0.5) * Cell, row, count, share < Dark ? Colors.Black : Colors.White);
        }

        Number(sheet, Left + (worst.Count + 0.5) * Cell + Gap, row, worst.OtherAnswers(row), Gray);
    }

    private static void Number(Sheet sheet, double middle, int row, int count, Color color)
    {
        if (count > 0)
        {
            sheet.Text(middle, Top + (row + 0.5) * Cell, 14, $"{count}", Alignment.MiddleCenter, color);
        }
    }
}
