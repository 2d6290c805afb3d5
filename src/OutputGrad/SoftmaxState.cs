using System.Numerics;

namespace OutputGrad;

/// <summary>One row's softmax over some of the classes: what a shard of the vocabulary tells the others.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Max">The largest logit of these classes, the target's included.</param>
/// <param name="SumOfOthers">The sum of exp(z - <paramref name="Max"/>) over these classes, the target left out.</param>
/// <param name="TargetLogit">The target's logit; negative infinity where the target is not among these classes.</param>
public readonly record struct SoftmaxState<T>(T Max, T SumOfOthers, T TargetLogit)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The state of both shards' classes together.</summary>
    /// <param name="left">A state.</param>
    /// <param name="right">That of other classes of the same row.</param>
    public static SoftmaxState<T> Merge(SoftmaxState<T> left, SoftmaxState<T> right) => throw new NotSupportedException();

    /// <summary>log sum exp over these classes, the target included where it is among them.</summary>
    public T LogSumExp => throw new NotSupportedException();
}
