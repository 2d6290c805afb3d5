using System.Numerics;

namespace OutputGrad;

/// <summary>An optimizer: how parameters move once their gradient is known. Applied by <c>LinearCrossEntropy.Step</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// The parameters of a layer are one flat vector: the weights, row-major, followed by the bias. A step passes it in blocks, each with its
/// position, so that an optimizer with a state per parameter finds that state. A struct is called without indirection.
/// <code>
/// readonly struct SignDescent(float rate) : IWeightUpdate&lt;float&gt;     // turns every dial by the same amount against its slope
/// {
///     public void Update(Span&lt;float&gt; weights, ReadOnlySpan&lt;float&gt; gradient, long index)
///     {
///         for (int i = 0; i &lt; weights.Length; i++)
///         {
///             weights[i] -= rate * Math.Sign(gradient[i]);
///         }
///     }
/// }
/// </code>
/// </remarks>
public interface IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Moves a block of parameters. It is called exactly once per parameter and step, from several threads at once on disjoint blocks. With
    /// <see cref="CrossEntropyOptions.WeightFilterThreshold"/> it is not called for classes whose whole gradient was filtered out. How the
    /// parameters are cut into blocks is not specified, so a parameter's new value must depend on its own gradient, value and state alone.
    /// </summary>
    /// <param name="weights">The parameters, as they were before the step.</param>
    /// <param name="gradient">Their gradient, of the same length.</param>
    /// <param name="index">The position of <c>weights[0]</c> among all parameters: weights first, then the bias.</param>
    void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index);
}
