namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Cross-entropy of a batch of logits, naive and in double: what every faster path is compared with.</summary>
public sealed class CrossEntropyOracle
{
    /// <param name="logits">Row-major, rows x classes.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="targets">Class indices, or null where <paramref name="softTargets"/> are given.</param>
    /// <param name="softTargets">Distributions, rows x classes, or null.</param>
    /// <param name="options">The loss that is meant.</param>
    /// <param name="rowWeights">A weight per row, or null for 1 each.</param>
    public CrossEntropyOracle(
        double[] logits, int classes, int[]? targets, double[]? softTargets, CrossEntropyOptions options, double[]? rowWeights = null)
    {
        int rows = targets?.Length ?? (softTargets!.Length / classes);
        Options = options;
        Targets = targets;
        IsOneHot = targets is not null && options.LabelSmoothing == 0;
        Details = new OracleRow?[rows];
        RowWeights = rowWeights ?? [.. Enumerable.Repeat(1.0, rows)];
        CompensatedSum crossEntropy = default, zLoss = default;
        double divisor = 0, zDivisor = 0;
        for (int n = 0; n < rows; n++)
        {
            if (targets is not null && targets[n] == options.IgnoreIndex)
            {
                continue;
            }

            double[] target = new double[classes];
            for (int j = 0; j < classes; j++)
            {
                double q = softTargets is not null ? softTargets[(n * classes) + j] : j == targets![n] ? 1 : 0;
                target[j] = ClassWeight(options, j) * (((1 - options.LabelSmoothing) * q) + (options.LabelSmoothing / classes));
            }

            OracleRow row = Details[n] = new OracleRow(logits.AsSpan(n * classes, classes), target, options);
            crossEntropy.Add(RowWeights[n] * row.Loss);
            zLoss.Add(options.ZLoss == 0 ? 0 : options.ZLoss * (RowWeights[n] * row.LogSumExp * row.LogSumExp));
            divisor += RowWeights[n] * (targets is null ? 1 : ClassWeight(options, targets[n]));
            zDivisor += RowWeights[n];
            Rows++;
            Correct += targets is not null && targets[n] == row.Prediction ? 1 : 0;
            CorrectWithTies += targets is not null && row.Logits[targets[n]] == row.Max ? 1 : 0;
        }

        bool mean = options.Reduction == Reduction.Mean;
        Divisor = options.Normalizer ?? (mean ? divisor : 1);
        ZDivisor = options.Normalizer ?? (mean ? zDivisor : 1);
        ZLoss = options.ZLoss == 0 ? 0 : zLoss.Value / ZDivisor;
        Loss = (crossEntropy.Value / Divisor) + ZLoss;
        Gradient = new double[rows * classes];
        for (int i = 0; i < Gradient.Length; i++)
        {
            if (Details[i / classes] is { } row)
            {
                // the share first: a z-loss over a small divisor may be beyond the range, and a row's weight within it again
                double weight = RowWeights[i / classes];
                double g = weight / Divisor * row.Gradient[i % classes];
                double gz = options.ZLoss == 0 ? 0 : weight / ZDivisor * row.ZGradient[i % classes];
                Gradient[i] = g + gz;
            }
        }
    }

    public CrossEntropyOptions Options { get; }

    /// <summary>The class indices; null where targets are soft.</summary>
    public int[]? Targets { get; }

    /// <summary>Whether a row's target is one class and nothing else.</summary>
    public bool IsOneHot { get; }

    public double Loss { get; }
    public double ZLoss { get; }
    public int Rows { get; }
    public int Correct { get; }

    /// <summary>The same where a target that ties with the largest logit counts whatever its index.</summary>
    public int CorrectWithTies { get; }
    public double Divisor { get; }
    public double ZDivisor { get; }

    /// <summary>dL/dlogits, row-major, rows x classes.</summary>
    public double[] Gradient { get; }

    /// <summary>Each row before row weights and divisors; null where ignored.</summary>
    public OracleRow?[] Details { get; }
    public double[] RowWeights { get; }

    /// <summary>|row weight / divisor|; 0 for a row that does not count.</summary>
    public double Share(int n) => Details[n] is null ? 0 : Math.Abs(RowWeights[n] / Divisor);

    /// <summary>What the gradient filter looks at: an element of the reduced gradient but for the row's weight over the divisor.</summary>
    public double Residual(int n, int j) =>
        Details[n] is not { } row ? 0 : row.Gradient[j] + (Options.ZLoss == 0 ? 0 : row.ZGradient[j] * (Divisor / ZDivisor));

    /// <summary>The norm of each row's unreduced logit gradient, row weight included.</summary>
    public double GradientNorm(int n) => Details[n] is not { } row ? 0 : Math.Abs(RowWeights[n])
        * EuclideanNorm.Of([.. row.Gradient.Zip(row.ZGradient, (g, gz) => g + gz)]);

    /// <summary>What <see cref="CrossEntropyOptions.MaxRowGradientNorm"/> multiplies a row's share of dL/dW and dL/db by.</summary>
    public double ClipFactor(int n, double parameterNorm) =>
        Options.MaxRowGradientNorm is { } most && GradientNorm(n) * parameterNorm > most ? most / (GradientNorm(n) * parameterNorm) : 1;

    private static double ClassWeight(CrossEntropyOptions options, int j) =>
        options.ClassWeights.IsEmpty ? 1 : options.ClassWeights.Span[j];
}
