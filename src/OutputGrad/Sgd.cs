using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Engine.Simd;

namespace OutputGrad;

/// <summary>Stochastic gradient descent: every parameter moves against its slope.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// With w a parameter and g its gradient:
/// <code>
/// g &lt;- g + weightDecay w
/// w &lt;- w - learningRate g
/// </code>
/// <para>
/// The formulas are those of torch.optim.SGD (A. Paszke et al., "PyTorch: An Imperative Style, High-Performance Deep Learning Library",
/// 2019) without momentum. The decay is that of a penalty of weightDecay w^2 / 2 in the loss. Each line is one fused multiply-add.
/// </para>
/// <para>
/// It has no state, and one value may serve any number of threads and layers. Without decay, a gradient of 0 does not change its parameter,
/// even if that is infinite: a class that a bias of -infinity masks stays masked. A NaN in a parameter or its gradient makes only that
/// parameter NaN. Parameters that a step does not touch do not decay: with <see cref="CrossEntropyOptions.WeightFilterThreshold"/> those of
/// classes whose whole gradient was filtered out. <c>default(Sgd&lt;T&gt;)</c> has a learning rate of 0: it changes no parameter whose
/// gradient is finite.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = new float[2 * 1], bias = new float[2];
/// LabeledBatch&lt;float> batch = new([1f, -1f], (int[])[0, 1]);              // 2 rows of a feature
///
/// Sgd&lt;float> descent = new(learningRate: .5, weightDecay: 1e-4);
/// for (int step = 0; step &lt; 10; step++)
/// {
///     LinearCrossEntropy.Step(weights, bias, batch, descent);
/// }
///
/// Console.WriteLine($"{weights[0]:F3}");                                  // 1.131
/// </code>
/// </example>
public readonly struct Sgd<T> : IWeightUpdate<T>, IFactoredUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Rule _rule;

    /// <summary>An optimizer with these factors, each rounded to T.</summary>
    /// <param name="learningRate">The factor of the gradient. Finite and not negative.</param>
    /// <param name="weightDecay">The factor of the parameter itself that is added to its gradient. Finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">A factor is negative, or no finite T.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Sgd(double learningRate, double weightDecay = 0)
    {
        Checks.ElementType<T>();
        OptimizerChecks.Factor<T>(learningRate, nameof(learningRate));
        OptimizerChecks.Factor<T>(weightDecay, nameof(weightDecay));
        _rule = new(learningRate, weightDecay);
    }

    /// <summary>Moves a block of parameters by one step. May be called from several threads at once on disjoint blocks.</summary>
    /// <param name="weights">The parameters. The result does not depend on how they are cut into blocks.</param>
    /// <param name="gradient">Their gradient, of the same length. May not overlap the parameters.</param>
    /// <param name="index">The position of <c>weights[0]</c> among all parameters; it has no effect here.</param>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap. Nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative. Nothing has been written.</exception>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        OptimizerChecks.Block(weights, gradient, index);
        WidestSimd.RunElements<UpdateLoop<Rule, T>, T>(new(_rule, weights, gradient));
    }

    void IFactoredUpdate<T>.Update(Span<T> weights, in FactoredGradient<T> gradient, long index) =>
        WidestSimd.Run<FactoredUpdateLoop<Rule, T>, T, int>(new(_rule, gradient, weights));

    private readonly struct Rule(double learningRate, double weightDecay) : IUpdateRule<T>
    {
        private readonly T _negativeRate = T.CreateTruncating(-learningRate);
        private readonly T _decay = T.CreateTruncating(weightDecay);
        private readonly bool _decays = weightDecay != 0;

        public static int StateCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Move<TSimd, TVector>(TVector weight, TVector gradient, ref TVector first, ref TVector second)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            // 0 times an infinite parameter would be NaN
            TVector slope = _decays ? TSimd.MultiplyAdd(TSimd.Broadcast(_decay), weight, gradient) : gradient;
            return TSimd.MultiplyAdd(TSimd.Broadcast(_negativeRate), slope, weight);
        }
    }
}
