using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>How far a computed loss and its gradients can be from the exact ones, by first-order rounding theory.</summary>
/// <remarks>
/// <para><see cref="ErrorBounds{T}"/> bounds each number by its own exact terms. This looks at no exact result, only at how large the
/// inputs are, and is larger for it. Laws need that: they compare with what another problem gives, such as one that is shifted, mixed or
/// split, and a stand-in with the same magnitudes then serves for both.</para>
/// <para>With unit roundoff u, V classes, logits that are sums of F products (0 from logits), and <see cref="RowMagnitudes"/>:</para>
/// <list type="bullet">
/// <item>a logit after scale and softcap, less the maximum, is off by at most d = u (F + 8) S;</item>
/// <item>log sum exp is off by d + u (V + 8 + 8 (S + ln V));</item>
/// <item>a probability has the relative error 2 d + u (V + 8): two exponentials of such logits, and a sum of V terms;</item>
/// <item>a residual, p sum(w q) - w q + 2 ZLoss lse p, is at most 2 Q + 2 ZLoss |lse| in size, and as wrong as p and lse make it;</item>
/// <item>the softcap's factor 1 - tanh^2 is off by 2 (d / softcap + 4 u).</item>
/// </list>
/// <para>Sums over rows, classes or features add u times their length. Two computed values that should agree get both errors.</para>
/// </remarks>
internal sealed class RoundingBounds<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double U = Near.Roundoff<T>();

    private readonly int _classes;
    private readonly double[] _residuals;
    private readonly double[] _residualErrors;
    private readonly double[] _weightErrors = [];
    private readonly double[] _weightSums = [];

    public RoundingBounds(LogitProblem problem)
        : this(problem.Labels, RowMagnitudes.Of(problem), 0)
    {
    }

    public RoundingBounds(LayerProblem problem)
        : this(problem.Labels, RowMagnitudes.Of(problem), problem.Features)
    {
        _weightErrors = new double[problem.Features];
        for (int index = 0; index < problem.Hidden.Length; index++)
        {
            (int row, int feature) = Math.DivRem(index, problem.Features);
            _weightErrors[feature] += Math.Abs(problem.Hidden[index]) * ErrorInSum(row, problem.Labels.Rows);
        }

        _weightSums = new double[problem.Features];
        for (int index = 0; index < problem.Weights.Length; index++)
        {
            _weightSums[index % problem.Features] += Math.Abs(problem.Weights[index]);
        }
    }

    private RoundingBounds(Labels labels, RowMagnitudes[] magnitudes, int features)
    {
        _classes = labels.Classes;
        (_residuals, _residualErrors) = (new double[labels.Rows], new double[labels.Rows]);
        (RowLossErrors, LogSumExpErrors) = (new double[labels.Rows], new double[labels.Rows]);
        CrossEntropyOptions options = labels.Options;
        foreach (int row in labels.CountedRows())
        {
            RowMagnitudes sizes = magnitudes[row];
            double logitError = U * (features + 8) * sizes.LogitSize;
            double logSumExpError = logitError + (U * (labels.Classes + 8 + (8 * sizes.LogSumExp)));
            double probabilityError = (2 * logitError) + (U * (labels.Classes + 8));
            double softcapError = options.LogitSoftcap > 0 ? 2 * ((logitError / options.LogitSoftcap) + (4 * U)) : 0;

            double residual = 2 * ((sizes.Share * sizes.Targets) + (sizes.ZLossShare * sizes.LogSumExp));
            double residualError = (residual * (probabilityError + softcapError + (16 * U))) + (2 * sizes.ZLossShare * logSumExpError);
            _residuals[row] = options.LogitScale * residual;
            _residualErrors[row] = options.LogitScale * residualError;

            double crossEntropyError = sizes.Targets * (logitError + logSumExpError + (U * 16 * sizes.LogSumExp));
            double zLossError = ((2 * sizes.LogSumExp) + 1) * logSumExpError;
            double loss = 2 * sizes.LogSumExp * ((sizes.Share * sizes.Targets) + (sizes.ZLossShare * sizes.LogSumExp));
            LogSumExpErrors[row] = logSumExpError;
            RowLossErrors[row] = crossEntropyError + (options.ZLoss * zLossError);
            LossError += (sizes.Share * crossEntropyError) + (sizes.ZLossShare * zLossError);
            LossError += Near.Roundoff<double>() * (labels.Rows + 4) * loss;
        }
    }

    /// <summary>Of the reduced loss, which is summed in double.</summary>
    public double LossError { get; }

    /// <summary>Of the unreduced losses.</summary>
    public double[] RowLossErrors { get; }

    public double[] LogSumExpErrors { get; }

    /// <summary>How large an element of a row of dL/dlogits can be.</summary>
    public double LogitGradient(int row) => _residuals[row];

    /// <summary>Of any element of a row of dL/dlogits.</summary>
    public double LogitGradientError(int row) => _residualErrors[row];

    /// <summary>Of dL/dH[row, feature].</summary>
    public double HiddenGradientError(int row, int feature) => _weightSums[feature] * ErrorInSum(row, _classes);

    /// <summary>Of dL/dW[any class, feature].</summary>
    public double WeightGradientError(int feature) => _weightErrors[feature];

    /// <summary>Of dL/db[any class].</summary>
    public double BiasGradientError() => Enumerable.Range(0, _residuals.Length).Sum(row => ErrorInSum(row, _residuals.Length));

    /// <summary>A residual's part of the error of a sum of so many.</summary>
    private double ErrorInSum(int row, int terms) => _residualErrors[row] + (U * (terms + 4) * _residuals[row]);
}
