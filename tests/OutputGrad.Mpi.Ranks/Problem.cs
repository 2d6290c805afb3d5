using System.Numerics;

namespace OutputGrad.Mpi.Ranks;

/// <summary>A layer and a batch from a seed, the same in every rank.</summary>
internal sealed class Problem<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many kinds of options there are.</summary>
    public const int Varieties = 14;

    /// <summary>From this one on the targets are distributions.</summary>
    private const int FirstSoftVariety = 12;

    public Problem(int variety, int rows, int features, int classes)
    {
        Random random = new(variety + (31 * rows));
        (Rows, Features, Classes) = (rows, features, classes);
        Hidden = Numbers(random, rows * features, 1);
        Weights = Numbers(random, classes * features, 4 / Math.Sqrt(features));
        Bias = variety % 2 == 0 ? [] : Numbers(random, classes, 1);
        RowWeights = variety % 3 == 0 ? [] : [.. Enumerable.Range(0, rows).Select(_ => T.CreateChecked(random.Next(1, 9) / 4.0))];
        Targets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(8) == 0 ? -100 : random.Next(classes))];
        Options = (variety % Varieties) switch
        {
            0 => new(),
            1 => new() { Reduction = Reduction.Sum },
            2 => new() { ClassWeights = Enumerable.Range(0, classes).Select(c => (1 + (c % 7)) / 4.0).ToArray(), ZLoss = 1e-3 },
            3 => new() { ZLoss = 1e-3, LogitScale = .5 },
            4 => new() { LogitSoftcap = 8 },
            5 => new() { Normalizer = 3.5, IgnoreIndex = 0 },
            6 => new() { HiddenFilterThreshold = .7 / classes, WeightFilterThreshold = 1.5 / classes },
            7 => new() { AccumulateGradients = true },
            8 => new() { LabelSmoothing = .1 },
            9 => new() { LabelSmoothing = .2, ClassWeights = Enumerable.Range(0, classes).Select(c => (1 + (c % 5)) / 4.0).ToArray() },
            10 => new() { MaxRowGradientNorm = .5 * Math.Sqrt(features), ZLoss = 1e-3 },
            11 => new() { MaxWorkspaceBytes = 1 << 20 },
            FirstSoftVariety => new(),
            _ => new()
            {
                ClassWeights = Enumerable.Range(0, classes).Select(c => (1 + (c % 5)) / 4.0).ToArray(),
                LabelSmoothing = .1,
                MaxRowGradientNorm = .5 * Math.Sqrt(features),
                ZLoss = 1e-3,
            },
        };
        Targets = [.. Targets.Select(target => target < 0 ? Options.IgnoreIndex : target)];
        TargetProbabilities = variety % Varieties < FirstSoftVariety ? [] : Distributions(random, rows, classes);
        Options = Options with { MaxDegreeOfParallelism = 1 };
    }

    public int Rows { get; }

    public int Features { get; }

    public int Classes { get; }

    public T[] Hidden { get; }

    public T[] Weights { get; }

    public T[] Bias { get; }

    public T[] RowWeights { get; }

    public int[] Targets { get; }

    /// <summary>Soft targets in place of <see cref="Targets"/>, or none.</summary>
    public T[] TargetProbabilities { get; }

    public CrossEntropyOptions Options { get; set; }

    /// <summary>
    /// How far sums over the rows may be from one another in roundoffs of <see cref="RowSum"/>: a row's residuals are within 64 roundoffs
    /// of their terms, however the classes are cut, and so many terms are added up in any order.
    /// </summary>
    public double RowRoundoffs => 64 + Rows;

    /// <summary>The same of sums over the classes, in roundoffs of <see cref="ClassSum"/>.</summary>
    public double ClassRoundoffs => 64 + Classes;

    /// <summary>
    /// What the terms of an element of dL/dW or dL/db add up to at most: a row's residuals and hidden numbers are at most 1 before its
    /// weight and the divisor. (A z-loss of 1e-3 adds 1e-2 of that; what is accumulated into is 1/2.)
    /// </summary>
    public double RowSum => (1.01 * RowTerms().Sum()) + .5;

    /// <summary>Those of an element of dL/dH: a row's residuals add up to 2 in magnitude.</summary>
    public double ClassSum => 2.02 * RowTerms().DefaultIfEmpty().Max() * 4 / Math.Sqrt(Features);

    public string Name =>
        $"{Rows}x{Features}x{Classes} in {typeof(T).Name}, {(TargetProbabilities.Length == 0 ? "" : "soft targets, ")}{Options}";

    public LabeledBatch<T> Batch(Range rows)
    {
        (int first, int count) = rows.GetOffsetAndLength(Rows);
        Span<T> hidden = Hidden.AsSpan(first * Features, count * Features);
        Span<T> rowWeights = RowWeights.Length == 0 ? default : RowWeights.AsSpan(rows);
        return TargetProbabilities.Length == 0
            ? new(hidden, Targets.AsSpan(rows)) { RowWeights = rowWeights }
            : new(hidden, TargetProbabilities.AsSpan(first * Classes, count * Classes), count) { RowWeights = rowWeights };
    }

    public T[] WeightsOf(Range classes)
    {
        (int first, int count) = classes.GetOffsetAndLength(Classes);
        return [.. Weights.AsSpan(first * Features, count * Features)];
    }

    public T[] BiasOf(Range classes) => Bias.Length == 0 ? [] : Bias[classes];

    /// <summary>
    /// Each row's weight over the divisor; with soft targets times the largest weight of a class, which bounds its residuals.
    /// </summary>
    private double[] RowTerms()
    {
        ReadOnlyMemory<double> classWeights = Options.ClassWeights;
        if (TargetProbabilities.Length > 0)
        {
            double[] weights =
            [
                .. from row in Enumerable.Range(0, Rows) select RowWeights.Length == 0 ? 1 : double.CreateChecked(RowWeights[row]),
            ];
            double most = classWeights.IsEmpty ? 1 : classWeights.ToArray().Max();
            return [.. weights.Select(weight => weight * most / weights.Sum())];
        }

        double[] terms =
        [
            .. from row in Enumerable.Range(0, Rows)
               where Targets[row] != Options.IgnoreIndex
               let weight = RowWeights.Length == 0 ? 1 : double.CreateChecked(RowWeights[row])
               select weight * (classWeights.IsEmpty ? 1 : classWeights.Span[Targets[row]]),
        ];
        double divisor = Options.Normalizer ?? (Options.Reduction == Reduction.Sum ? 1 : terms.Sum());
        return [.. terms.Select(term => term / divisor)];
    }

    /// <summary>Of each row over the classes, most of it on a few.</summary>
    private static T[] Distributions(Random random, int rows, int classes)
    {
        T[] distributions = new T[rows * classes];
        double[] shares = new double[classes];
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < classes; c++)
            {
                shares[c] = Math.Pow(random.NextDouble(), 64);
            }

            double sum = shares.Sum();
            for (int c = 0; c < classes; c++)
            {
                distributions[(row * classes) + c] = T.CreateChecked(shares[c] / sum);
            }
        }

        return distributions;
    }

    private static T[] Numbers(Random random, int count, double largest)
    {
        T[] numbers = new T[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = T.CreateChecked(largest * ((2 * random.NextDouble()) - 1));
        }

        return numbers;
    }
}
