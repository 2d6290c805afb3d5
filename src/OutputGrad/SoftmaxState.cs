using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad;

/// <summary>One row's softmax over some of the classes, in the form that shards of the vocabulary exchange.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Max">
/// m, the largest logit of these classes, including the target's. NaN if a logit is NaN; at least the lowest finite number unless there are
/// no classes.
/// </param>
/// <param name="SumOfOthers">The sum of exp(z - m) over these classes, without the target.</param>
/// <param name="TargetLogit">The target's logit; negative infinity where the target is not among these classes.</param>
/// <remarks>
/// The three numbers are all that other processes or machines need. A state that stays in the process also carries the rounding error of
/// the sum and the class of the largest logit. So merging in any order gives the same bits as the whole layer, and counts of correct rows
/// are exact where logits tie. A state that is made from the three numbers alone, or changed in one of them, differs from that by rounding,
/// and counts a row as correct if the target's logit is the largest. Equality compares the three numbers.
/// </remarks>
public readonly record struct SoftmaxState<T>(T Max, T SumOfOthers, T TargetLogit)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly double _sumRest;

    // one more than the class, so that 0 is not known
    private readonly int _afterLargest;

    // what a state carries beside its three numbers is forgotten with any of them
    private readonly T _max = Max;
    private readonly T _sumOfOthers = SumOfOthers;
    private readonly T _targetLogit = TargetLogit;

    internal SoftmaxState(T max, DoubleDouble sumOfOthers, T targetLogit, int largestClass)
        : this(max, T.CreateTruncating(sumOfOthers.High), targetLogit)
    {
        double rest = sumOfOthers.High - double.CreateTruncating(SumOfOthers) + sumOfOthers.Low;
        _sumRest = double.IsFinite(rest) ? rest : 0;
        _afterLargest = largestClass + 1;
    }

    /// <summary>m, the largest logit of these classes.</summary>
    public T Max
    {
        get => _max;
        init => (_max, _sumRest, _afterLargest) = (value, 0, 0);
    }

    /// <summary>The sum of exp(z - m) over these classes, without the target.</summary>
    public T SumOfOthers
    {
        get => _sumOfOthers;
        init => (_sumOfOthers, _sumRest, _afterLargest) = (value, 0, 0);
    }

    /// <summary>The target's logit; negative infinity where the target is not among these classes.</summary>
    public T TargetLogit
    {
        get => _targetLogit;
        init => (_targetLogit, _sumRest, _afterLargest) = (value, 0, 0);
    }

    /// <summary>The state of no classes: merging with it changes nothing.</summary>
    public static SoftmaxState<T> Empty => new(T.NegativeInfinity, T.Zero, T.NegativeInfinity);

    /// <summary>
    /// log sum exp over these classes, including the target if it is among them; negative infinity if there are no classes.
    /// </summary>
    public T LogSumExp => T.IsNegativeInfinity(Max) ? Max : T.CreateTruncating(Softmax.LogSumExp);

    /// <summary>
    /// In the numbers that losses and gradients are made of. The sum is the rounded one, which does not depend on how it was merged.
    /// </summary>
    internal RowSoftmax Softmax =>
        new(double.CreateTruncating(Max), double.CreateTruncating(TargetLogit), double.CreateTruncating(SumOfOthers));

    /// <summary>The class with the largest logit, the lowest on ties; -1 where that is not known.</summary>
    internal int LargestClass => _afterLargest - 1;

    /// <summary>
    /// Whether all these classes are masked, which have a sum of 0 below the lowest number and lose against a logit that is the lowest
    /// number.
    /// </summary>
    private bool IsMasked => SumOfOthers == T.Zero && T.IsNegativeInfinity(TargetLogit);

    private DoubleDouble Sum => new(double.CreateTruncating(SumOfOthers), _sumRest);

    /// <summary>The state of both states' classes together.</summary>
    /// <param name="left">The state of some classes of a row.</param>
    /// <param name="right">The state of other classes of the same row.</param>
    /// <returns>
    /// With m the larger maximum: m, exp(left.Max - m) left.SumOfOthers + exp(right.Max - m) right.SumOfOthers, and the target's logit from
    /// the state that has the target. NaN in either state gives NaN.
    /// </returns>
    public static SoftmaxState<T> Merge(SoftmaxState<T> left, SoftmaxState<T> right)
    {
        bool isTie = left.Max == right.Max || (T.IsNaN(left.Max) && T.IsNaN(right.Max));
        bool leftIsLargest = isTie && left.IsMasked == right.IsMasked ? left.LargestClass <= right.LargestClass
            : isTie ? right.IsMasked
            : T.IsNaN(left.Max) || left.Max > right.Max;
        (SoftmaxState<T> largest, SoftmaxState<T> other) = leftIsLargest ? (left, right) : (right, left);
        T target = T.IsNegativeInfinity(left.TargetLogit) ? right.TargetLogit : left.TargetLogit;
        return new(largest.Max, largest.Sum + (WeightBelow(largest.Max, other.Max) * other.Sum), target, largest.LargestClass);
    }

    /// <inheritdoc/>
    public bool Equals(SoftmaxState<T> other) =>
        Max.Equals(other.Max) && SumOfOthers.Equals(other.SumOfOthers) && TargetLogit.Equals(other.TargetLogit);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Max, SumOfOthers, TargetLogit);

    /// <summary>exp(max - largest), by which a sum below one maximum becomes one below a larger one.</summary>
    internal static DoubleDouble WeightBelow(T largest, T max) =>
        max == largest ? 1
        : typeof(T) == typeof(float) ? Exponential<SimdScalar<double>, double, double>.Exp(
            double.CreateTruncating(max) - double.CreateTruncating(largest))
        : DoubleDouble.Exp(DoubleDouble.Difference(double.CreateTruncating(max), double.CreateTruncating(largest)));
}
