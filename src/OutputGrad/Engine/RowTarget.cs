namespace OutputGrad.Engine;

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
}
