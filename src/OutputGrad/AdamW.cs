using System.Numerics;

namespace OutputGrad;

/// <summary>Adam with decoupled weight decay.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct AdamW<T> : IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="learningRate">The size of a step. Finite and not negative.</param>
    /// <param name="firstMoment">One number per parameter, weights first, then the bias; zeros before the first step.</param>
    /// <param name="secondMoment">As many, zeros before the first step.</param>
    /// <param name="step">Which step this is, counted from 1.</param>
    /// <param name="beta1">The share of the first moment that is kept.</param>
    /// <param name="beta2">The share of the second moment that is kept.</param>
    /// <param name="epsilon">Added to the denominator.</param>
    /// <param name="weightDecay">Times the learning rate, the share of every parameter that decays.</param>
    public AdamW(
        double learningRate,
        Memory<T> firstMoment,
        Memory<T> secondMoment,
        int step,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index) => throw new NotSupportedException();
}
