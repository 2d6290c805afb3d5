namespace OutputGrad.Engine.Loss;

/// <summary>The sums over rows, in double and in the order of the rows.</summary>
internal struct LossSums
{
    private double _crossEntropy;
    private double _squaredLogSumExp;
    private int _correct;

    public void AddRow(in RowLoss row)
    {
        _crossEntropy += row.Weight * row.CrossEntropy;
        _squaredLogSumExp += row.Weight * row.LogSumExp * row.LogSumExp;
        _correct += row.IsCorrect ? 1 : 0;
    }

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
