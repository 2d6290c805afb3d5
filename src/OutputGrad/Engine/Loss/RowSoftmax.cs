using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Loss;

/// <summary>One row's softmax in the numbers that its loss and gradient need, in double.</summary>
/// <remarks>
/// With m the largest logit and S' the sum of exp(z_c - m) over all classes but the target y. The target is kept out of the sum so that a
/// confident row, where S' is tiny beside exp(z_y - m), loses nothing of it. A row with a soft target has no y and S' has all classes.
/// </remarks>
internal readonly struct RowSoftmax
{
    /// <summary>From the three numbers that blocks and shards are merged to.</summary>
    /// <param name="max">m, the largest logit.</param>
    /// <param name="targetLogit">z_y; -infinity where there is no y.</param>
    /// <param name="others">S'.</param>
    public RowSoftmax(double max, double targetLogit, double others)
    {
        Max = max;
        TargetLogit = targetLogit;
        Others = others;
        TargetExponential = Exponential<SimdScalar<double>, double, double>.Exp(targetLogit - max);
        Sum = others + TargetExponential;
        LogSum = targetLogit == max && double.IsFinite(max) ? Logarithm.LogOnePlus(others) : Logarithm.Log(Sum);
    }

    /// <summary>The same with what <see cref="RowSoftmaxes"/> has found.</summary>
    public RowSoftmax(double max, double targetLogit, double others, double targetExponential, double logSum)
    {
        Max = max;
        TargetLogit = targetLogit;
        Others = others;
        TargetExponential = targetExponential;
        Sum = others + targetExponential;
        LogSum = logSum;
    }

    /// <summary>m.</summary>
    public double Max { get; }

    /// <summary>z_y.</summary>
    public double TargetLogit { get; }

    /// <summary>S'.</summary>
    public double Others { get; }

    /// <summary>exp(z_y - m).</summary>
    public double TargetExponential { get; }

    /// <summary>S.</summary>
    public double Sum { get; }

    /// <summary>
    /// log S, which is log(1 + S') where the target is the largest: what is left of logsumexp without m. NaN where m is infinite.
    /// </summary>
    public double LogSum { get; }

    /// <summary>exp(z_y - m) (z_y - m), 0 where the exponential is.</summary>
    public double TargetSpread => TargetExponential == 0 ? 0 : TargetExponential * (TargetLogit - Max);

    /// <summary>log sum exp z: infinite where a logit is, though S is NaN then.</summary>
    public double LogSumExp => double.IsPositiveInfinity(Max) ? Max : Max + LogSum;

    /// <summary>-log p_y = log S - (z_y - m).</summary>
    public double TargetLoss => LogSum + (Max - TargetLogit);

    /// <summary>-sum p log p = log S - sum of exp(z_c - m) (z_c - m) / S.</summary>
    /// <param name="spread">That sum, over all classes. None of its terms is positive, and a probability of 0 adds 0.</param>
    public double Entropy(double spread) => LogSum - (spread / Sum);
}
