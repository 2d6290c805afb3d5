using System.Globalization;
using System.Text;
using OutputGrad.Training.Classification;

namespace OutputGrad.Training;

/// <summary>How well a classifier does on rows whose labels are known. The names are those of ML.NET's multiclass metrics.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
public sealed class Evaluation<TLabel>
    where TLabel : notnull
{
    private const int WidestLabel = 40;
    private const int CellWidth = 11;

    internal Evaluation(
        IReadOnlyList<TLabel> classes,
        ReadOnlySpan<int> actual,
        ReadOnlySpan<int> predicted,
        ReadOnlySpan<int> ranks,
        double logLoss,
        int topK)
    {
        int[] support = new int[classes.Count];
        int[] predictions = new int[classes.Count];
        int[] correct = new int[classes.Count];
        int withinTop = 0;
        for (int row = 0; row < actual.Length; row++)
        {
            support[actual[row]]++;
            predictions[predicted[row]]++;
            correct[actual[row]] += actual[row] == predicted[row] ? 1 : 0;
            withinTop += ranks[row] < topK ? 1 : 0;
        }

        Rows = actual.Length;
        LogLoss = logLoss;
        TopK = topK;
        TopKAccuracy = Share(withinTop, Rows);
        Accuracy = Share(correct.Sum(), Rows);
        PerClass =
        [
            .. classes.Select((label, c) => new ClassEvaluation<TLabel>(
                label, Share(correct[c], predictions[c]), Share(correct[c], support[c]), support[c])),
        ];
        MacroAccuracy = PerClass.Where(one => one.Support > 0).Average(one => one.Recall);
        ConfusionMatrix = new(classes, actual, predicted);
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The share of rows whose most likely class is theirs: ML.NET's micro-accuracy.</summary>
    public double Accuracy { get; }

    /// <summary>The mean of the recalls of the classes that have rows: every class counts the same.</summary>
    public double MacroAccuracy { get; }

    /// <summary>The mean of -log p of the rows' own classes, in nats.</summary>
    public double LogLoss { get; }

    /// <summary>The k of <see cref="TopKAccuracy"/>.</summary>
    public int TopK { get; }

    /// <summary>The share of rows whose class is among their <see cref="TopK"/> most likely ones.</summary>
    public double TopKAccuracy { get; }

    /// <summary>Precision, recall, F1 and support of each class, in the classifier's order.</summary>
    public IReadOnlyList<ClassEvaluation<TLabel>> PerClass { get; }

    /// <summary>How many rows of each class were predicted to be of each.</summary>
    public ConfusionMatrix<TLabel> ConfusionMatrix { get; }

    /// <summary>A table of everything but the confusion matrix, in the invariant culture.</summary>
    /// <returns>A line per class and one per figure.</returns>
    public override string ToString()
    {
        (string Name, double Figure)[] figures =
        [
            ("accuracy", Accuracy), ("macro accuracy", MacroAccuracy), ($"top-{TopK} accuracy", TopKAccuracy), ("log-loss", LogLoss),
        ];
        string[] labels = [.. PerClass.Select(one => Shortened(LabelIndex<TLabel>.Text(one.Label)))];
        int width = labels.Concat(figures.Select(figure => figure.Name)).Max(name => name.Length);
        StringBuilder table = new();
        Line(table, string.Empty.PadRight(width), "precision", "recall", "F1", "support");
        foreach ((string label, ClassEvaluation<TLabel> one) in labels.Zip(PerClass))
        {
            Line(table, label.PadRight(width), Number(one.Precision), Number(one.Recall), Number(one.F1), $"{one.Support}");
        }

        table.Append('\n');
        foreach ((string name, double figure) in figures)
        {
            Line(table, name.PadRight(width), Number(figure));
        }

        return table.ToString();
    }

    private static double Share(int part, int all) => all == 0 ? 0 : (double)part / all;

    private static string Shortened(string label) => label.Length > WidestLabel ? label[..(WidestLabel - 3)] + "..." : label;

    private static string Number(double figure) => figure.ToString("0.0000", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder table, string name, params ReadOnlySpan<string> cells)
    {
        table.Append(name);
        foreach (string cell in cells)
        {
            table.Append(cell.PadLeft(CellWidth));
        }

        table.Append('\n');
    }
}
