namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// Softmax cross-entropy of one row, naive and in twice the precision of a double, and the sums of absolute values of the terms that its
/// errors are measured by.
/// </summary>
/// <remarks>
/// <code>
/// a_c = w_c ((1 - e) q_c + e / V)     A = sum of a_c     S = sum of exp(z_c - m)     p_c = exp(z_c - m) / S
/// loss = sum of a_c (m - z_c) + A log S + ZLoss (m + log S)^2
/// g_c  = A p_c - a_c + 2 ZLoss (m + log S) p_c
/// </code>
/// What a class index's true class keeps of itself is taken without a difference: g_y = (A - a_y) p_y - a_y (S - exp(z_y - m)) / S, the
/// second from the others' sum. Logits are taken as they are: there is neither scale nor softcap.
/// </remarks>
public sealed class PreciseRow
{
    private readonly TwiceDouble[] _exponentials;
    private readonly double[] _softTarget;
    private readonly int _target;
    private readonly CrossEntropyOptions _options;
    private readonly TwiceDouble _overSum;
    private readonly TwiceDouble _kept;
    private readonly TwiceDouble _spread;
    private readonly TwiceDouble _others;

    /// <param name="logits">The row, finite or masked.</param>
    /// <param name="target">The true class.</param>
    /// <param name="options">Class weights, smoothing and z-loss are read here.</param>
    public PreciseRow(double[] logits, int target, CrossEntropyOptions options)
        : this(logits, target, [], options)
    {
    }

    /// <param name="logits">The row, finite or masked.</param>
    /// <param name="softTarget">A weight for each class.</param>
    /// <param name="options">Class weights, smoothing and z-loss are read here.</param>
    public PreciseRow(double[] logits, double[] softTarget, CrossEntropyOptions options)
        : this(logits, -1, softTarget, options)
    {
    }

    private PreciseRow(double[] logits, int target, double[] softTarget, CrossEntropyOptions options)
    {
        (_exponentials, _target, _softTarget, _options) = (new TwiceDouble[logits.Length], target, softTarget, options);
        (_kept, _spread) = ((TwiceDouble)1 - options.LabelSmoothing, (TwiceDouble)options.LabelSmoothing / logits.Length);
        Max = logits.Max();
        int largest = Array.IndexOf(logits, Max);
        TwiceDouble withoutLargest = 0, gap = 0, absoluteGap = 0, spread = 0;
        Dictionary<double, TwiceDouble> seen = [];
        for (int c = 0; c < logits.Length; c++)
        {
            double z = logits[c];
            if (!seen.TryGetValue(z, out TwiceDouble exponential))
            {
                exponential = z - Max < -700 ? 0 : TwiceDouble.Exp((TwiceDouble)z - Max);
                seen.Add(z, exponential);
            }

            _exponentials[c] = exponential;
            _others += c == target ? 0 : exponential;
            withoutLargest += c == largest ? 0 : exponential;
            spread += exponential.High == 0 ? 0 : exponential * ((TwiceDouble)Max - z);
            TwiceDouble weight = Weight(c);
            Total += weight;
            AbsoluteTotal += TwiceDouble.Abs(weight);
            if (weight.High != 0)
            {
                gap += weight * ((TwiceDouble)Max - z);
                absoluteGap += TwiceDouble.Abs(weight) * ((TwiceDouble)Max - z);
            }
        }

        _overSum = 1 / (1 + withoutLargest);
        LogSum = TwiceDouble.LogOnePlus(withoutLargest);
        Spread = spread * _overSum;
        EntropyTerms = (double)Entropy + (target >= 0 && logits[target] == Max ? 0 : 1);
        Loss = gap + (Total * LogSum) + ZLoss;
        double logTerms = (double)LogSum + (IsPlain ? 0 : 1);
        LossTerms = (double)absoluteGap + ((double)AbsoluteTotal * logTerms) + (2 * _options.ZLoss * LogSumExpTerms * LogSumExpTerms);
    }

    public int Classes => _exponentials.Length;

    /// <summary>m.</summary>
    public double Max { get; }

    /// <summary>A.</summary>
    public TwiceDouble Total { get; }

    /// <summary>The sum of |a_c|.</summary>
    public TwiceDouble AbsoluteTotal { get; }

    /// <summary>log S.</summary>
    public TwiceDouble LogSum { get; }

    public TwiceDouble LogSumExp => Max + LogSum;

    /// <summary>The row's unreduced loss, z-loss included.</summary>
    public TwiceDouble Loss { get; }

    public TwiceDouble ZLoss => LogSumExp * LogSumExp * _options.ZLoss;

    /// <summary>
    /// The sum of the absolute values of the loss's terms: the gaps; A log S, with the 1 that S is at least where it is rounded (the true
    /// class of a plain class index stays out of it); and what a relative error of logsumexp's terms makes of the z-loss.
    /// </summary>
    public double LossTerms { get; }

    /// <summary>|m| + log S, and the 1 that S is at least.</summary>
    public double LogSumExpTerms => Math.Abs(Max) + (double)LogSum + 1;

    /// <summary>Whether the target is a class index and nothing else, so that a residual has no term but itself.</summary>
    private bool IsPlain => _target >= 0 && _options.LabelSmoothing == 0;

    /// <summary>How far the classes are below the largest, by their probabilities: the sum of p (m - z).</summary>
    public TwiceDouble Spread { get; }

    /// <summary>-sum p log p = log S + sum of p (m - z).</summary>
    public TwiceDouble Entropy => LogSum + Spread;

    /// <summary>The entropy; where the target is not the most likely class, with the 1 that S is at least.</summary>
    public double EntropyTerms { get; }

    /// <summary>log p_c, whose two terms are both negative.</summary>
    public TwiceDouble LogProbability(double logit) => (TwiceDouble)logit - Max - LogSum;

    /// <summary>p_c.</summary>
    public TwiceDouble Probability(int c) => _exponentials[c] * _overSum;

    /// <summary>The unreduced g_c, z-loss included.</summary>
    public TwiceDouble Residual(int c) => TargetResidual(c) + (ZFactor(LogSumExp) * Probability(c));

    /// <summary>The sum of the absolute values of g_c's terms.</summary>
    public double ResidualTerms(int c)
    {
        double probability = (double)Probability(c);
        double ofTarget = IsPlain
            ? Math.Abs((double)TargetResidual(c))
            : ((double)AbsoluteTotal * probability) + Math.Abs((double)Weight(c));
        return ofTarget + (2 * _options.ZLoss * LogSumExpTerms * probability);
    }

    private TwiceDouble TargetResidual(int c)
    {
        TwiceDouble weight = Weight(c);
        return c == _target ? ((Total - weight) * Probability(c)) - (weight * _others * _overSum) : (Total * Probability(c)) - weight;
    }

    private TwiceDouble ZFactor(TwiceDouble logSumExp) => logSumExp * 2 * _options.ZLoss;

    /// <summary>a_c.</summary>
    private TwiceDouble Weight(int c)
    {
        double q = _target >= 0 ? (c == _target ? 1 : 0) : _softTarget[c];
        TwiceDouble weight = _options.LabelSmoothing == 0 ? q : (_kept * q) + _spread;
        return _options.ClassWeights.IsEmpty ? weight : weight * _options.ClassWeights.Span[c];
    }
}
