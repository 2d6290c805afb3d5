using System.Numerics;
using OutputGrad.Engine.Arithmetic;

namespace OutputGrad.Engine.Loss;

/// <summary>
/// What the options make of a batch before any logit is known: the loss's coefficients and the divisors of its two terms.
/// </summary>
/// <remarks>
/// Every kind of target is a vector of weights a over the classes, and the row's loss is
/// <code>
/// sum_c a_c (logsumexp z - z_c) + ZLoss logsumexp(z)^2        a_c = w_c ((1 - e) q_c + e / V)
/// </code>
/// with class weights w, smoothing e and the target q, one-hot for a class index.
/// </remarks>
internal readonly struct LossTerms
{
    private LossTerms(CrossEntropyOptions options, int classes, double spread, int rows, double targetDivisor, double rowDivisor)
    {
        Classes = classes;
        Spread = spread;
        Smoothing = options.LabelSmoothing;
        ZLoss = options.ZLoss;
        LogitScale = options.LogitScale;
        LogitSoftcap = options.LogitSoftcap;
        IgnoreIndex = options.IgnoreIndex;
        Rows = rows;
        TargetDivisor = targetDivisor;
        RowDivisor = rowDivisor;
    }

    public int Classes { get; }

    public double Smoothing { get; private init; }

    /// <summary>What smoothing spreads over all classes of a class index's target: the sum of w_c e / V.</summary>
    public double Spread { get; }

    public double ZLoss { get; private init; }

    public double LogitScale { get; }

    public double LogitSoftcap { get; }

    public int IgnoreIndex { get; }

    /// <summary>The rows that count.</summary>
    public int Rows { get; }

    /// <summary>What the cross-entropy term is divided by.</summary>
    public double TargetDivisor { get; }

    /// <summary>What the z-loss term is divided by.</summary>
    public double RowDivisor { get; }

    /// <summary>
    /// Whether an infinite factor of a row with probabilities is beyond the range: then it times 0 is 0. That over 0 is NaN.
    /// </summary>
    public bool HasDivisors => TargetDivisor != 0 && RowDivisor != 0;

    /// <summary>Counts the rows and sums their weights.</summary>
    /// <param name="batch">Whose row indices and targets are checked here as they are read.</param>
    /// <param name="classes">How many classes targets speak of.</param>
    /// <param name="classWeights">
    /// As many or none: the options' own, whose memory may be another one each time that it is asked for.
    /// </param>
    /// <param name="options">All else.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A row index is no row of the set, or a target is neither a class nor the index of ignored rows.
    /// </exception>
    public static LossTerms Of<T>(LabeledBatch<T> batch, int classes, ReadOnlySpan<double> classWeights, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int counted = 0;
        double rowWeights = 0;
        double targetWeights = 0;
        for (int i = 0; i < batch.SelectedRows; i++)
        {
            int row = batch.RowIndices.IsEmpty ? i : RowIndex.Checked(batch.RowIndices[i], i, batch.Rows);
            int target = batch.HasSoftTargets ? -1 : batch.Targets[row];
            if (!batch.HasSoftTargets && !ClassIndex.Counts(target, row, classes, options.IgnoreIndex))
            {
                continue;
            }

            double weight = batch.RowWeights.IsEmpty ? 1 : double.CreateTruncating(batch.RowWeights[row]);
            counted++;
            rowWeights += weight;
            targetWeights += batch.HasSoftTargets || classWeights.IsEmpty ? weight : weight * classWeights[target];
        }

        double spread = SpreadOf(options.LabelSmoothing, classWeights, classes);
        return (options.Normalizer, options.Reduction) switch
        {
            ({ } normalizer, _) => new(options, classes, spread, counted, normalizer, normalizer),
            (null, Reduction.Sum) => new(options, classes, spread, counted, 1, 1),
            _ => new(options, classes, spread, counted, targetWeights, rowWeights),
        };
    }

    /// <summary>For rows without targets: scale and softcap.</summary>
    public static LossTerms OfSoftmax(int classes, int rows, CrossEntropyOptions options) =>
        new(options, classes, spread: 0, rows, targetDivisor: 1, rowDivisor: 1) { Smoothing = 0, ZLoss = 0 };

    /// <summary>A class index's target, with the weight of that class.</summary>
    public RowTarget TargetAt(int target, double classWeight) => new(
        target,
        Spike: classWeight * (1 - Smoothing),
        Dense: Spread,
        DenseAtClass: Smoothing == 0 ? 0 : classWeight * Smoothing / Classes);

    /// <summary>A row's whole loss.</summary>
    public double Loss(double crossEntropy, double logSumExp) => crossEntropy + (ZLoss == 0 ? 0 : ZLoss * logSumExp * logSumExp);

    private static double SpreadOf(double smoothing, ReadOnlySpan<double> classWeights, int classes)
    {
        if (smoothing == 0 || classWeights.IsEmpty)
        {
            return smoothing;
        }

        CompensatedSum sum = default;
        foreach (double weight in classWeights)
        {
            sum.Add(weight * smoothing / classes);
        }

        return sum.Total;
    }
}
