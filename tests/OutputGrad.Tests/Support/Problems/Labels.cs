using System.Globalization;
using System.Text;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>What a batch of rows should have answered, how much each row counts, and under which options.</summary>
public sealed record Labels
{
    public required int Rows { get; init; }

    public required int Classes { get; init; }

    /// <summary>The true class of each row; empty with soft targets.</summary>
    public int[] Indices { get; init; } = [];

    /// <summary>Rows x classes; empty with class indices.</summary>
    public double[] Probabilities { get; init; } = [];

    public required bool AreSoft { get; init; }

    /// <summary>One per row, or empty.</summary>
    public double[] RowWeights { get; init; } = [];

    public CrossEntropyOptions Options { get; init; } = new();

    /// <summary>
    /// Whether a mean exists: no division of something by zero. A batch in which no row counts is well posed: its mean is NaN.
    /// </summary>
    public bool IsWellPosed
    {
        get
        {
            bool isMean = Options.Reduction == Reduction.Mean && Options.Normalizer is null;
            return !isMean || CountedRows().Length == 0 || (Divisor != 0 && (Options.ZLoss == 0 || ZLossDivisor != 0));
        }
    }

    /// <summary>What the summed loss and all gradients are divided by, z-loss apart.</summary>
    public double Divisor => DivisorOfMean(row => RowWeight(row) * (AreSoft ? 1 : ClassWeight(Indices[row])));

    public double ZLossDivisor => DivisorOfMean(RowWeight);

    public bool Counts(int row) => AreSoft || Indices[row] != Options.IgnoreIndex;

    public int[] CountedRows() => [.. Enumerable.Range(0, Rows).Where(Counts)];

    public double RowWeight(int row) => RowWeights.Length == 0 ? 1 : RowWeights[row];

    public double ClassWeight(int label) => Options.ClassWeights.IsEmpty ? 1 : Options.ClassWeights.Span[label];

    /// <summary>The factor of -log p[label] in a counted row's loss: smoothed target times class weight.</summary>
    public double WeightedTarget(int row, int label)
    {
        double target = AreSoft ? Probabilities[((long)row * Classes) + label] : Indices[row] == label ? 1 : 0;
        double smoothing = Options.LabelSmoothing;
        return ClassWeight(label) * ((target * (1 - smoothing)) + (smoothing / Classes));
    }

    /// <summary>The rows named, in that order; a row may be named more than once.</summary>
    public Labels TakeRows(int[] rows) => this with
    {
        Rows = rows.Length,
        Indices = AreSoft ? [] : Matrix.TakeRows(Indices, 1, rows),
        Probabilities = AreSoft ? Matrix.TakeRows(Probabilities, Classes, rows) : [],
        RowWeights = RowWeights.Length == 0 ? [] : Matrix.TakeRows(RowWeights, 1, rows),
    };

    /// <summary>The classes named, in that order. A target whose class is gone becomes class 0; an ignored row stays ignored.</summary>
    public Labels TakeClasses(int[] classes)
    {
        int ignoreIndex = Options.IgnoreIndex is var ignored && ignored >= 0 && ignored < Classes
            ? Array.IndexOf(classes, ignored)
            : ignored;
        int Renamed(int target) => target == Options.IgnoreIndex ? ignoreIndex : Math.Max(0, Array.IndexOf(classes, target));
        return this with
        {
            Classes = classes.Length,
            Indices = [.. Indices.Select(Renamed)],
            Probabilities = AreSoft ? Matrix.TakeColumns(Probabilities, Classes, classes) : [],
            Options = Options with
            {
                IgnoreIndex = ignoreIndex,
                ClassWeights = Options.ClassWeights.IsEmpty ? default : Matrix.TakeRows(Options.ClassWeights.ToArray(), 1, classes),
            },
        };
    }

    public Labels With(Func<CrossEntropyOptions, CrossEntropyOptions> change) => this with { Options = change(Options) };

    /// <summary>These labels if a mean of them exists, otherwise the same under a sum.</summary>
    public Labels MadeWellPosed() => IsWellPosed ? this : With(options => options with { Reduction = Reduction.Sum });

    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"rows {Rows}, classes {Classes}");
        text.Append(AreSoft ? Matrix.Print("\n  probabilities", Probabilities) : Matrix.Print("\n  targets", Indices));
        text.Append(RowWeights.Length == 0 ? "" : Matrix.Print("\n  row weights", RowWeights));
        text.Append("\n  options: ").Append(PrintedOptions());
        return text.ToString();
    }

    private double DivisorOfMean(Func<int, double> weight) =>
        Options.Normalizer ?? (Options.Reduction == Reduction.Sum ? 1 : CountedRows().Sum(weight));

    private string PrintedOptions()
    {
        CrossEntropyOptions defaults = new();
        IEnumerable<string> changed = from property in typeof(CrossEntropyOptions).GetProperties()
                                      where property.CanWrite && property.Name != nameof(CrossEntropyOptions.ClassWeights)
                                      let value = property.GetValue(Options)
                                      where !Equals(value, property.GetValue(defaults))
                                      select string.Create(CultureInfo.InvariantCulture, $"{property.Name} = {value}");
        return string.Join(", ", Options.ClassWeights.IsEmpty
            ? changed
            : changed.Append(Matrix.Print(nameof(CrossEntropyOptions.ClassWeights), Options.ClassWeights.ToArray())));
    }
}
