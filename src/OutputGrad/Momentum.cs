using System.Numerics;

namespace OutputGrad;

/// <summary>Stochastic gradient descent with momentum.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct Momentum<T> : IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="learningRate">The factor of the velocity. Finite and not negative.</param>
    /// <param name="velocity">One number per parameter, weights first, then the bias; zeros before the first step.</param>
    /// <param name="momentum">The share of the velocity that is kept.</param>
    /// <param name="weightDecay">The factor of the parameter itself that is added to its gradient. Finite and not negative.</param>
    /// <param name="nesterov">Whether the step looks ahead along the new velocity.</param>
    public Momentum(double learningRate, Memory<T> velocity, double momentum = 0.9, double weightDecay = 0, bool nesterov = false) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index) => throw new NotSupportedException();
}
