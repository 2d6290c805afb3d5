using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Engine.Simd;

namespace OutputGrad;

/// <summary>
/// Stochastic gradient descent with momentum: parameters move along a velocity that accumulates the gradients of all steps.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// With w a parameter, g its gradient and v its velocity:
/// <code>
/// g &lt;- g + weightDecay w
/// v &lt;- momentum v + g
/// w &lt;- w - learningRate v                       or, with nesterov,
/// w &lt;- w - learningRate (g + momentum v)
/// </code>
/// <para>
/// The formulas are those of torch.optim.SGD (A. Paszke et al., "PyTorch: An Imperative Style, High-Performance Deep Learning Library",
/// 2019) with a dampening of 0; with a velocity of zeros the first step is PyTorch's. The look-ahead goes back to Y. Nesterov (1983), in
/// the form of I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and momentum in deep learning", 2013.
/// The decay is that of a penalty of weightDecay w^2 / 2 in the loss. Each line is one fused multiply-add; the last line is two.
/// </para>
/// <para>
/// The velocity is the caller's memory, one number per parameter. It holds zeros before the first step, must not be changed between steps,
/// and is saved and restored with the parameters. <c>LinearCrossEntropy.Step</c> throws if it has another length or overlaps the
/// parameters. Parameters that a step does not touch keep their velocity and do not decay: with
/// <see cref="CrossEntropyOptions.WeightFilterThreshold"/> those of classes whose whole gradient was filtered out.
/// </para>
/// <para>
/// The value itself holds factors and a reference to the memory. It may be created anew for every step, for example for a learning rate
/// that changes. One velocity takes one step at a time; within a step, blocks may be updated on several threads. A NaN in a parameter, its
/// gradient or its velocity makes only that parameter NaN. <c>default(Momentum&lt;T&gt;)</c> has no velocity and throws for every
/// parameter.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = new float[2 * 1], bias = new float[2];
/// float[] velocity = new float[weights.Length + bias.Length];             // yours, to save with the parameters
/// LabeledBatch&lt;float> batch = new([1f, -1f], (int[])[0, 1]);
///
/// for (int step = 0; step &lt; 10; step++)
/// {
///     LinearCrossEntropy.Step(weights, bias, batch, new Momentum&lt;float>(.1, velocity));
/// }
///
/// Console.WriteLine($"{weights[0]:F3}");                                  // 1.417
/// </code>
/// </example>
public readonly struct Momentum<T> : IWeightUpdate<T>, IFactoredUpdate<T>, IOptimizerMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Rule _rule;
    private readonly Memory<T> _velocity;

    /// <summary>An optimizer with these factors, each rounded to T, and this memory.</summary>
    /// <param name="learningRate">The factor of the velocity. Finite and not negative.</param>
    /// <param name="velocity">One number per parameter, weights first, then the bias; zeros before the first step.</param>
    /// <param name="momentum">The share of the velocity that is kept: at least 0 and below 1.</param>
    /// <param name="weightDecay">The factor of the parameter itself that is added to its gradient. Finite and not negative.</param>
    /// <param name="nesterov">Whether the step looks ahead along the new velocity. Needs a momentum that is not 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A factor is negative, or no finite T; or the momentum is outside [0, 1), or 0 with <paramref name="nesterov"/>.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Momentum(double learningRate, Memory<T> velocity, double momentum = 0.9, double weightDecay = 0, bool nesterov = false)
    {
        Checks.ElementType<T>();
        OptimizerChecks.Factor<T>(learningRate, nameof(learningRate));
        OptimizerChecks.Share(momentum, nameof(momentum));
        OptimizerChecks.Range(momentum > 0 || !nesterov, momentum, nameof(momentum), "positive with nesterov");
        OptimizerChecks.Factor<T>(weightDecay, nameof(weightDecay));
        _rule = new(learningRate, momentum, weightDecay, nesterov);
        _velocity = velocity;
    }

    private OptimizerState<T> Velocity => new(_velocity, "velocity");

    OptimizerState<T> IOptimizerMemory<T>.First => Velocity;

    OptimizerState<T> IOptimizerMemory<T>.Second => default;

    /// <summary>Moves a block of parameters by one step. May be called from several threads at once on disjoint blocks.</summary>
    /// <param name="weights">The parameters. The result does not depend on how they are cut into blocks.</param>
    /// <param name="gradient">Their gradient, of the same length. May overlap neither the parameters nor the velocity.</param>
    /// <param name="index">The position of <c>weights[0]</c> among all parameters, and of its velocity in the memory.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the block reaches beyond the velocity, or two of the three overlap. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative. Nothing has been written.</exception>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        OptimizerChecks.Block(weights, gradient, index);
        WidestSimd.RunElements<UpdateLoop<Rule, T>, T>(new(_rule, weights, gradient, Velocity.Part(weights, gradient, index)));
    }

    void IFactoredUpdate<T>.Update(Span<T> weights, in FactoredGradient<T> gradient, long index) =>
        WidestSimd.Run<FactoredUpdateLoop<Rule, T>, T, int>(new(_rule, gradient, weights, Velocity.Part(weights, default, index)));

    void IOptimizerMemory<T>.Check(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias) => Velocity.Check(weights, bias);

    private readonly struct Rule(double learningRate, double momentum, double weightDecay, bool nesterov) : IUpdateRule<T>
    {
        private readonly T _negativeRate = T.CreateTruncating(-learningRate);
        private readonly T _momentum = T.CreateTruncating(momentum);
        private readonly T _decay = T.CreateTruncating(weightDecay);
        private readonly bool _decays = weightDecay != 0;

        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Move<TSimd, TVector>(TVector weight, TVector gradient, ref TVector velocity, ref TVector second)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            TVector kept = TSimd.Broadcast(_momentum);
            // 0 times an infinite parameter would be NaN
            TVector slope = _decays ? TSimd.MultiplyAdd(TSimd.Broadcast(_decay), weight, gradient) : gradient;
            velocity = TSimd.MultiplyAdd(kept, velocity, slope);
            TVector direction = nesterov ? TSimd.MultiplyAdd(kept, velocity, slope) : velocity;
            return TSimd.MultiplyAdd(TSimd.Broadcast(_negativeRate), direction, weight);
        }
    }
}
