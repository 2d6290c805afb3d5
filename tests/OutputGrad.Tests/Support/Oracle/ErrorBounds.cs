using System.Numerics;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>How far the results of type T may be from the oracle's, from how the numbers round.</summary>
/// <remarks>
/// With u the unit roundoff of T, a result may be off by u times the sum of the absolute values of the terms it is the sum of, times 16 +
/// log2 of the classes. The 16, 8 ulp: an exponential of 1 ulp (2 u), those in the sum of them, its reciprocal, the row's scale (divisor
/// and row weight), the product and a rescaling between blocks of classes (an exponential and a product), with room for the oracle's own.
/// The logarithm: what a pairwise sum over the classes loses.
/// <para>
/// One-hot targets are promised more than others: their residual has no term but itself and their loss neither, because the true class
/// stays out of the sum. Any other target needs log S, S at least 1 and rounded: u absolute. Sums of soft targets and class weights cost
/// nothing: what their additions round away is carried along.
/// </para>
/// <para>
/// Where the logits themselves are rounded the exponent carries that absolute error e into every probability, as a relative error of at
/// most 2 e: rounding a - m, a scaled logit, and a softcap (a division, a tanh of 2 ulp, a product). Tests whose logits lie on a
/// coarse grid, where all of that is exact, grant nothing for it.
/// </para>
/// <para>
/// Below the normal range roundings are absolute, half of the smallest number each: an exponential has some, which the target's sum, the
/// slope of the z-loss and the scale multiply, and in an entropy the distance to the largest logit, at most that where exponentials are 0.
/// </para>
/// </remarks>
/// <param name="oracle">The exact results.</param>
/// <param name="logitErrors">By how many unit roundoffs of 1 a row's logits and their differences may be off; 0 where they are
/// exact.</param>
public sealed class ErrorBounds<T>(CrossEntropyOracle oracle, Func<int, double>? logitErrors = null)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The bound of a residual or a loss, in unit roundoffs, but for the sum over the classes.</summary>
    public const double Roundoffs = 16;

    /// <summary>The chains of additions in the sum of p (m - z) over a block of 512 classes: 32 terms, and 16 sums of them.</summary>
    public const double SpreadAdditions = 32 + 16;

    private static readonly double U = Near.Roundoff<T>(), Underflow = 4 * double.CreateChecked(T.Epsilon);

    private readonly CrossEntropyOptions _options = oracle.Options;
    private readonly double _perLogit = (double.IsPow2(oracle.Options.LogitScale) ? 0 : 2) + (oracle.Options.LogitSoftcap > 0 ? 6 : 0);
    private readonly bool _oneHot = oracle.IsOneHot && oracle.Options.LogitSoftcap == 0;

    /// <summary>The bound of one element of the reduced logit gradient.</summary>
    public double Gradient(int n, int j) => oracle.Details[n] is not { } row ? 0 : Math.Abs(oracle.RowWeights[n])
        * ((Residual(row, n, j) / Math.Abs(oracle.Divisor)) + (_options.ZLoss == 0 ? 0 : ZResidual(row, n, j) / Math.Abs(oracle.ZDivisor)));

    /// <summary>The bound of <see cref="CrossEntropyOracle.Residual"/>.</summary>
    public double Residual(int n, int j) => oracle.Details[n] is not { } row ? 0
        : Residual(row, n, j) + (_options.ZLoss == 0 ? 0 : ZResidual(row, n, j) * Math.Abs(oracle.Divisor / oracle.ZDivisor));

    /// <summary>
    /// The bound of the norm of a row's unreduced gradient: the norm of its elements' bounds, and half a roundoff of double for each square
    /// in the sum. A row's weight may bring elements below the normal range, where each is off by the smallest number and less.
    /// </summary>
    public double Norm(int n)
    {
        if (oracle.Details[n] is not { } row)
        {
            return 0;
        }

        double[] bounds = [.. Enumerable.Range(0, row.Gradient.Length).Select(j => Residual(row, n, j) + ZResidual(row, n, j))];
        double sum = row.Gradient.Length * Near.Roundoff<double>() * oracle.GradientNorm(n);
        double underflow = Math.Sqrt(row.Gradient.Length) * Underflow;
        return (2 * Math.Abs(oracle.RowWeights[n]) * EuclideanNorm.Of(bounds)) + underflow + sum;
    }

    /// <summary>
    /// The bound of a clipped row's factor: as many times the factor as the norm is off relative to itself, e, or e / (1 - e) to the second
    /// order, below 2 e; and 4 roundoffs for the quotient, its rounding to T, and the product with the row's scale.
    /// </summary>
    public double ClipFactor(int n, double parameterNorm)
    {
        double norm = oracle.GradientNorm(n), error = norm == 0 ? 0 : Norm(n);
        return (norm + error) * parameterNorm > _options.MaxRowGradientNorm
            ? oracle.ClipFactor(n, parameterNorm) * ((2 * error / norm) + (4 * U))
            : 0;
    }

    /// <summary>The bound of a row's unreduced cross-entropy, z-loss aside.</summary>
    public double CrossEntropy(int n)
    {
        if (oracle.Details[n] is not { } row)
        {
            return 0;
        }

        double terms = 0;
        for (int j = 0; j < row.Target.Length; j++)
        {
            terms += row.Target[j] == 0 ? 0 : Math.Abs(row.Target[j]) * (row.Max - row.Logits[j] + row.LogTotal);
        }

        double sum = _oneHot ? 0 : Units(row) * row.TargetSum;
        return (Units(row) * terms) + sum + (((LogitError(row, n) * U) + Underflow) * row.TargetSum);
    }

    /// <summary>The bound of a row's z-loss: the derivative of c lse^2, times the bound of lse.</summary>
    public double ZLoss(int n) => oracle.Details[n] is not { } row || _options.ZLoss == 0 ? 0
        : 2 * _options.ZLoss * LogSumExpTerms(row) * LogSumExp(n);

    public double LogSumExp(int n) => oracle.Details[n] is not { } row ? 0 : (Units(row) * LogSumExpTerms(row)) + (U * LogitError(row, n));

    /// <summary>The bound of log p of a class: it is m - z_c plus log S, both with what is rounded off them.</summary>
    public double LogProbability(int n, int j) => oracle.Details[n] is not { } row ? 0
        : (Units(row) * (row.Max - row.Logits[j] + row.LogTotal)) + (U * LogitError(row, n));

    /// <summary>The bound of p.</summary>
    public double Probability(int n, int j) => oracle.Details[n] is not { } row ? 0 : ErrorOfProbability(row, n) * row.Probabilities[j];

    /// <summary>
    /// The bound of an entropy. Its terms, log S and p (m - z), are all positive, and beyond those of a loss they go through chains of
    /// additions, over 32 classes and then over 16 such parts of a block. log S is as accurate as S' where the target is the most likely
    /// class; elsewhere it has the 1 that S is at least, rounded. An error d of the logits moves every p by at most 2 d of itself, and the
    /// entropy by at most 2 d times itself.
    /// </summary>
    public double Entropy(int n)
    {
        if (oracle.Details[n] is not { } row)
        {
            return 0;
        }

        bool isMostLikely = oracle.Targets is { } targets && row.Logits[targets[n]] == row.Max;
        double units = Units(row) + (U * SpreadAdditions), underflow = -row.Logits.Length * Underflow * Math.Log(Underflow);
        return (units * (row.Entropy + (isMostLikely ? 0 : 1))) + (U * LogitError(row, n) * row.Entropy) + underflow;
    }

    /// <summary>
    /// From which to which rank a class may stand: where the logits are exact in T the two are one, elsewhere those that are as near to its
    /// own as both may be off stand on either side.
    /// </summary>
    public (int First, int Last) Rank(int n, int c)
    {
        OracleRow row = oracle.Details[n]!;
        double error = U * LogitError(row, n);
        int[] others = [.. Enumerable.Range(0, row.Logits.Length).Where(j => j != c)];
        return error == 0
            ? (row.RankOf(c), row.RankOf(c))
            : (others.Count(j => row.IsBefore(j, c) && !IsNear(j)), others.Count(j => row.IsBefore(j, c) || IsNear(j)));

        bool IsNear(int j) => Math.Abs(row.Logits[j] - row.Logits[c]) <= error;
    }

    /// <summary>How many rows may be counted as correct: one number where the logits are exact in T.</summary>
    public (int Least, int Most) Correct()
    {
        (int First, int Last)[] ranks =
        [
            .. from n in Enumerable.Range(0, oracle.Details.Length)
               where oracle.Targets is not null && oracle.Details[n] is not null
               select Rank(n, oracle.Targets![n]),
        ];
        return (ranks.Count(rank => rank.Last == 0), ranks.Count(rank => rank.First == 0));
    }

    /// <summary>The bound of the reduced z-loss.</summary>
    public double ReducedZLoss() => Reduce(ZLoss, oracle.ZDivisor, row => row.ZLoss);

    /// <summary>The bound of the reduced loss.</summary>
    public double ReducedLoss() => Reduce(CrossEntropy, oracle.Divisor, row => row.Loss) + ReducedZLoss();

    /// <summary>The rows' own bounds, and a roundoff of double for each row that is added.</summary>
    private double Reduce(Func<int, double> bound, double divisor, Func<OracleRow, double> loss)
    {
        double perRow = oracle.Details.Length * Near.Roundoff<double>();
        double sum = Enumerable.Range(0, oracle.Details.Length).Sum(n => oracle.Details[n] is not { } row || oracle.RowWeights[n] == 0 ? 0
            : Math.Abs(oracle.RowWeights[n]) * (bound(n) + (perRow * Math.Abs(loss(row)))));
        return sum == 0 ? 0 : sum / Math.Abs(divisor);
    }

    private double Residual(OracleRow row, int n, int j)
    {
        if (_oneHot)
        {
            return (ErrorOfProbability(row, n) * Math.Abs(row.Gradient[j])) + (_options.LogitScale * Underflow * row.TargetSum);
        }

        double attraction = row.Probabilities[j] * row.TargetSum;
        return _options.LogitScale
            * ((ErrorOfProbability(row, n) * (attraction + Math.Abs(row.Target[j]))) + (Underflow * row.TargetSum));
    }

    private double ZResidual(OracleRow row, int n, int j) => ((ErrorOfProbability(row, n) * row.Probabilities[j]) + Underflow)
        * 4 * _options.ZLoss * LogSumExpTerms(row) * _options.LogitScale;

    private double ErrorOfProbability(OracleRow row, int n) => Units(row) + (U * LogitError(row, n));

    private static double Units(OracleRow row) => U * (Roundoffs + Math.Log2(row.Target.Length));

    private double LogitError(OracleRow row, int n) => 2 * ((_perLogit * row.LargestLogit) + (logitErrors?.Invoke(n) ?? 0));

    /// <summary>m + log S, and the 1 that S is at least.</summary>
    private static double LogSumExpTerms(OracleRow row) => Math.Abs(row.Max) + row.LogTotal + 1;
}
