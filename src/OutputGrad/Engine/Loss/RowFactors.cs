namespace OutputGrad.Engine.Loss;

/// <summary>
/// One row's gradient as coefficients, so that every class costs one multiplication:
/// dL/dz_c = Exponential E_c - TargetWeight a_c, and AtTarget at the true class.
/// </summary>
/// <remarks>
/// With the total A of the target's weights, p_c = E_c / S, and the row's weight r over the divisors D of the loss's two terms:
/// <code>
/// dL/dz_c = r/D1 (A p_c - a_c) + r/D2 2 ZLoss logsumexp(z) p_c
/// dL/dz_y = r/D1 ((A - a_y) - A S' / S) + r/D2 2 ZLoss logsumexp(z) p_y        where p_y &gt; 1/2: there A p_y - a_y would cancel
/// </code>
/// all times LogitScale, the derivative of the logit that the softmax saw.
/// </remarks>
internal readonly struct RowFactors
{
    public RowFactors(in LossTerms terms, in RowTarget target, in RowSoftmax softmax, double rowWeight)
        : this(terms, target, softmax, rowWeight, terms.TargetDivisor, terms.RowDivisor)
    {
    }

    private RowFactors(
        in LossTerms terms, in RowTarget target, in RowSoftmax softmax, double rowWeight, double targetDivisor, double rowDivisor)
    {
        double weight = rowWeight * terms.LogitScale;
        double zLoss = terms.ZLoss == 0 ? 0 : 2 * terms.ZLoss * softmax.LogSumExp * weight / rowDivisor;
        TargetWeight = weight / targetDivisor;
        Exponential = ((target.Total * TargetWeight) + zLoss) / softmax.Sum;
        double probability = softmax.TargetExponential / softmax.Sum;
        double residual = probability > 0.5
            ? target.Dense - target.DenseAtClass - (target.Total * softmax.Others / softmax.Sum)
            : (target.Total * probability) - target.AtClass;
        double zLossAtTarget = zLoss * probability;
        if (double.IsInfinity(zLoss) && softmax.Sum > 0 && rowDivisor != 0)
        {
            // what is beyond the range may be within it again once it is multiplied by a probability, and is 0 times 0
            double slope = 2 * terms.ZLoss * softmax.LogSumExp, share = weight / rowDivisor;
            Exponential = (target.Total * TargetWeight / softmax.Sum) + (slope / softmax.Sum * share);
            zLossAtTarget = probability == 0 ? 0 : slope * probability * share;
        }

        AtTarget = (TargetWeight * residual) + zLossAtTarget;
    }

    public double Exponential { get; }

    public double TargetWeight { get; }

    public double AtTarget { get; }

    /// <summary>The same before any divisor: the row's own gradient.</summary>
    public static RowFactors Unreduced(in LossTerms terms, in RowTarget target, in RowSoftmax softmax, double rowWeight) =>
        new(terms, target, softmax, rowWeight, 1, 1);
}
