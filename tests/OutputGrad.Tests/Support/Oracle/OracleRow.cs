namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Softmax and cross-entropy of one row, naive and in double, before row weights and divisors.</summary>
/// <remarks>
/// With a the logits after scale and softcap, m their maximum, t the weighted and smoothed target and p = softmax(a):
/// <code>
/// -log p_j = (m - a_j) + log1p(rest)          rest = sum of exp(a_k - m) over all k but the arg max
/// g_j      = p_j (sum of t_k, k != j) - t_j (sum of p_k, k != j)
/// </code>
/// Both add terms that do not cancel where the textbook forms do: lse - a_y loses a confident row's loss to the size of lse, and p_y - 1
/// its residual to the size of 1 (at a gap of 40 nothing is left of either, even in double). The sums that leave one class out are a sum
/// from the front plus one from the back, so nothing is subtracted from a total either.
/// </remarks>
public sealed class OracleRow
{
    /// <param name="z">The row's logits.</param>
    /// <param name="t">The row's target, class weights and smoothing included.</param>
    /// <param name="options">Scale, softcap and z-loss are read here.</param>
    public OracleRow(ReadOnlySpan<double> z, double[] t, CrossEntropyOptions options)
    {
        int classes = z.Length;
        (Target, Logits, Slopes, Probabilities) = (t, new double[classes], new double[classes], new double[classes]);
        (Gradient, ZGradient) = (new double[classes], new double[classes]);
        double cap = options.LogitSoftcap;
        for (int j = 0; j < classes; j++)
        {
            double scaled = options.LogitScale * z[j];
            Logits[j] = cap > 0 ? cap * Math.Tanh(scaled / cap) : scaled;
            Slopes[j] = cap > 0 ? options.LogitScale / Math.Pow(Math.Cosh(scaled / cap), 2) : options.LogitScale;
        }

        Prediction = ArgMax(Logits);
        Max = double.IsFinite(Logits[Prediction]) ? Logits[Prediction] : double.NaN;
        LargestLogit = Logits.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        TargetSum = t.Sum(Math.Abs);
        double[] e = Array.ConvertAll(Logits, a => Math.Exp(a - Max));
        double[] otherE = SumsOfOthers(e), otherT = SumsOfOthers(t);
        double total = 1 + otherE[Prediction];
        LogTotal = Logarithm.OfOnePlus(otherE[Prediction]);
        ZLoss = options.ZLoss == 0 ? 0 : options.ZLoss * LogSumExp * LogSumExp;
        CompensatedSum loss = default, entropy = default;
        for (int j = 0; j < classes; j++)
        {
            double p = Probabilities[j] = e[j] / total;
            loss.Add(t[j] == 0 ? 0 : t[j] * (Max - Logits[j] + LogTotal));
            entropy.Add(p == 0 ? 0 : p * (Max - Logits[j] + LogTotal));
            Gradient[j] = ((p * otherT[j]) - (t[j] * (otherE[j] / total))) * Slopes[j];
            ZGradient[j] = 2 * options.ZLoss * LogSumExp * p * Slopes[j];
        }

        Loss = loss.Value;
        Entropy = entropy.Value;
    }

    public double[] Target { get; }

    /// <summary>The sum of the target's absolute values.</summary>
    public double TargetSum { get; }

    /// <summary>After scale and softcap.</summary>
    public double[] Logits { get; }

    /// <summary>The derivative of each scaled and capped logit with respect to the raw one.</summary>
    public double[] Slopes { get; }
    public double[] Probabilities { get; }
    public int Prediction { get; }
    public double Max { get; }

    /// <summary>The largest absolute value of the finite logits, after scale and softcap.</summary>
    public double LargestLogit { get; }
    public double LogTotal { get; }

    /// <summary>Infinite where the largest logit is, of either sign, while the loss and the residuals are NaN.</summary>
    public double LogSumExp => double.IsInfinity(Logits[Prediction]) ? Logits[Prediction] : Max + LogTotal;

    /// <summary>The cross-entropy; <see cref="ZLoss"/> comes on top.</summary>
    public double Loss { get; }
    public double ZLoss { get; }

    /// <summary>log p of a class, whose two terms are both negative.</summary>
    public double LogProbability(int c) => Logits[c] - Max - LogTotal;

    /// <summary>-sum p log p, whose terms are all positive.</summary>
    public double Entropy { get; }
    public double[] Gradient { get; }
    public double[] ZGradient { get; }

    /// <summary>How many classes stand before one: of a larger logit, or of an equal one and a lower index. NaN is the largest.</summary>
    public int RankOf(int c) => Enumerable.Range(0, Logits.Length).Count(j => j != c && IsBefore(j, c));

    /// <summary>Whether a class stands before another in the order of the logits.</summary>
    public bool IsBefore(int left, int right) => (double.IsNaN(Logits[left]), double.IsNaN(Logits[right])) switch
    {
        (false, false) when Logits[left] != Logits[right] => Logits[left] > Logits[right],
        (true, false) => true,
        (false, true) => false,
        _ => left < right,
    };

    private static int ArgMax(double[] a)
    {
        int firstNaN = Array.FindIndex(a, double.IsNaN);
        int best = 0;
        for (int j = 1; j < a.Length; j++)
        {
            best = a[j] > a[best] ? j : best;
        }

        return firstNaN >= 0 ? firstNaN : best;
    }

    private static double[] SumsOfOthers(double[] values)
    {
        double[] others = new double[values.Length];
        CompensatedSum front = default, back = default;
        for (int j = 0; j < values.Length; j++)
        {
            others[j] += front.Value;
            front.Add(values[j]);
            others[^(j + 1)] += back.Value;
            back.Add(values[^(j + 1)]);
        }

        return others;
    }
}
