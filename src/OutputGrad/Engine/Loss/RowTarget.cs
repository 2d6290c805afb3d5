namespace OutputGrad.Engine.Loss;

/// <summary>
/// One row's target weights a (see <see cref="LossTerms"/>), split into a spike at the true class and a dense part over all classes.
/// </summary>
/// <param name="Class">The true class, or -1 for a soft target, which is all dense.</param>
/// <param name="Spike">What the true class gets beyond its dense part.</param>
/// <param name="Dense">The dense part's sum over all classes.</param>
/// <param name="DenseAtClass">The dense part at the true class.</param>
internal readonly record struct RowTarget(int Class, double Spike, double Dense, double DenseAtClass)
{
    /// <summary>A, the sum of all weights.</summary>
    public double Total => Spike + Dense;

    /// <summary>a_y, the weight of the true class.</summary>
    public double AtClass => Spike + DenseAtClass;

    /// <summary>The row's loss: sum of a_c (logsumexp z - z_c). A spike of exactly 0 adds 0 at any logit.</summary>
    /// <param name="softmax">The row's softmax.</param>
    /// <param name="denseGap">The sum of a_c (m - z_c) over the dense part.</param>
    public double CrossEntropy(in RowSoftmax softmax, double denseGap) =>
        (Spike == 0 ? 0 : Spike * softmax.TargetLoss) + (Dense == 0 ? 0 : Dense * softmax.LogSum) + denseGap;
}
