using OutputGrad.Engine.Arithmetic;

namespace OutputGrad.Engine.Loss;

/// <summary>
/// What some classes say of a target that has weights a at all of them: the sum of a, and the sum of a (m - z), how far below the largest
/// logit m of these classes they lie.
/// </summary>
internal readonly struct DenseTarget(DoubleDouble sum, DoubleDouble gap)
{
    /// <summary>The weights.</summary>
    public DoubleDouble Sum { get; } = sum;

    /// <summary>The weights times the distances.</summary>
    public DoubleDouble Gap { get; } = gap;

    public static DenseTarget operator +(DenseTarget left, DenseTarget right) => new(left.Sum + right.Sum, left.Gap + right.Gap);

    /// <summary>The same below a larger m.</summary>
    public DenseTarget Below(double largest, double max)
    {
        // a weight of 0 adds 0 at any distance; a product that is not finite has no low part
        DoubleDouble distance = DoubleDouble.Difference(largest, max);
        double product = Sum.High * distance.High;
        return largest == max || Sum.High == 0 ? this
            : new(Sum, Gap + (double.IsFinite(product) ? Sum * distance : product));
    }
}
