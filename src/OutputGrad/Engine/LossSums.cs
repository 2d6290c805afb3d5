namespace OutputGrad.Engine;

/// <summary>The sums over rows, in double and in the order of the rows.</summary>
internal struct LossSums
{
    private double _crossEntropy;
    private double _squaredLogSumExp;
    private int _correct;

    public void AddRow(double weight, double crossEntropy, double logSumExp)
    {
        _crossEntropy += weight * crossEntropy;
        _squaredLogSumExp += weight * logSumExp * logSumExp;
    }

    public void AddCorrect() => _correct++;

    public readonly CrossEntropyResult Over(LossTerms terms)
    {
        double zLoss = terms.ZLoss == 0 ? 0 : terms.ZLoss * _squaredLogSumExp / terms.RowDivisor;
        return new CrossEntropyResult
        {
            Loss = (_crossEntropy / terms.TargetDivisor) + zLoss,
            ZLoss = zLoss,
            Rows = terms.Rows,
            Correct = _correct,
        };
    }
}
