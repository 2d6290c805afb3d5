namespace OutputGrad.Engine;

/// <summary>One row's softmax in the numbers that its loss and gradient need, in double.</summary>
/// <remarks>
/// With m the largest logit and S' the sum of exp(z_c - m) over all classes but the target y. The target is kept out of the sum so that a
/// confident row, where S' is tiny beside exp(z_y - m), loses nothing of it. A row with a soft target has no y and S' has all classes.
/// </remarks>
internal struct RowSoftmax
{
    public RowSoftmax(double max, double targetLogit)
    {
        Max = max;
        TargetLogit = targetLogit;
        TargetExponential = Exponential<SimdScalar<double>, double, double>.Exp(targetLogit - max);
    }

    /// <summary>m, the largest logit.</summary>
    public double Max { get; }

    /// <summary>z_y; -infinity where there is no y.</summary>
    public double TargetLogit { get; }

    /// <summary>exp(z_y - m).</summary>
    public double TargetExponential { get; }

    /// <summary>S'.</summary>
    public double Others { get; set; }

    public readonly double Sum => Others + TargetExponential;

    public readonly double LogSumExp => Max + LogSum;

    /// <summary>-log p_y = log(S) - (z_y - m), and log(1 + S') where the target is the largest.</summary>
    public readonly double TargetLoss => LogSum + (Max - TargetLogit);

    /// <summary>log S: what is left of logsumexp once m is taken away.</summary>
    public readonly double LogSum => TargetLogit == Max ? Logarithm.LogOnePlus(Others) : Logarithm.Log(Sum);
}
