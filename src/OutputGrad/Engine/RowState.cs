namespace OutputGrad.Engine;

/// <summary>One row of the chunk: where it comes from, its softmax and its share of the gradient.</summary>
internal struct RowState
{
    /// <summary>The row of the batch.</summary>
    public int Source;

    /// <summary>The true class; -1 with soft targets.</summary>
    public int Target;
    public int Prediction;
    public double Weight;
    public double TargetLogit;
    public double CrossEntropy;
    public double LogSumExp;

    /// <summary>The sum of the squared residuals, before the divisors.</summary>
    public double NormSquares;
    public RowFactors Factors;

    /// <summary>The factors before the divisors, for the row's own norm.</summary>
    public RowFactors Unreduced;
}
