using System.Numerics;

namespace OutputGrad;

/// <summary>Stochastic gradient descent.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly struct Sgd<T> : IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="learningRate">The factor of the gradient. Finite and not negative.</param>
    /// <param name="weightDecay">The factor of the parameter itself that is added to its gradient. Finite and not negative.</param>
    public Sgd(double learningRate, double weightDecay = 0) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index) => throw new NotSupportedException();
}
