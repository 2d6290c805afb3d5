using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Engine.Simd;

namespace OutputGrad;

/// <summary>Adam with decoupled weight decay: steps of about the learning rate, independent of the gradient's scale.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// With w a parameter, g its gradient, m and v the running means of g and of g^2:
/// <code>
/// w &lt;- (1 - learningRate weightDecay) w
/// m &lt;- beta1 m + (1 - beta1) g                  computed as m + (1 - beta1) (g - m), for beta1 up to 1/2 as g - beta1 (g - m)
/// v &lt;- beta2 v + (1 - beta2) g^2
/// w &lt;- w - learningRate / (1 - beta1^step)  m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon)
/// </code>
/// <para>
/// The algorithm is D. Kingma and J. Ba's ("Adam: A Method for Stochastic Optimization", 2015), the decay I. Loshchilov and F. Hutter's
/// ("Decoupled Weight Decay Regularization", 2019), the formulas those of torch.optim.AdamW (A. Paszke et al., "PyTorch: An Imperative
/// Style, High-Performance Deep Learning Library", 2019). Factors that do not depend on the parameter are computed in double, the powers by
/// repeated squaring, and rounded to T once. Products that are added to something are fused with the addition.
/// </para>
/// <para>
/// The moments are the caller's memory, one number per parameter each. They hold zeros before the first step, must not be changed between
/// steps, and are saved and restored with the parameters and the number of the step. <c>LinearCrossEntropy.Step</c> throws if one has
/// another length, or overlaps the parameters or the other moment. Create a new value for every step, with the next <c>step</c>. Parameters
/// that a step does not touch keep their moments and do not decay: with <see cref="CrossEntropyOptions.WeightFilterThreshold"/> those of
/// classes whose whole gradient was filtered out. The step is still counted for them, as in torch.optim.SparseAdam.
/// </para>
/// <para>
/// The same moments take one step at a time; within a step, blocks may be updated on several threads. A NaN in a parameter, its gradient or
/// its moments makes only that parameter NaN; so does 0 / 0, where all gradients so far were 0 and epsilon is 0 in T.
/// <c>default(AdamW&lt;T&gt;)</c> has no moments and throws for every parameter.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = new float[2 * 1], bias = new float[2];
/// float[] first = new float[4], second = new float[4];                    // a number for each parameter
/// LabeledBatch&lt;float> batch = new([1f, -1f], (int[])[0, 1]);
///
/// for (int step = 1; step &lt;= 10; step++)
/// {
///     LinearCrossEntropy.Step(weights, bias, batch, new AdamW&lt;float>(.1, first, second, step));
/// }
///
/// Console.WriteLine($"{weights[0]:F3}");                                  // 0.936
/// </code>
/// </example>
public readonly struct AdamW<T> : IWeightUpdate<T>, IFactoredUpdate<T>, IOptimizerMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Rule _rule;
    private readonly Memory<T> _firstMoment;
    private readonly Memory<T> _secondMoment;

    /// <summary>An optimizer for this step with these factors and this memory.</summary>
    /// <param name="learningRate">The size of a step. Finite and not negative.</param>
    /// <param name="firstMoment">One number per parameter, weights first, then the bias; zeros before the first step.</param>
    /// <param name="secondMoment">As many, zeros before the first step.</param>
    /// <param name="step">Which step this is, counted from 1.</param>
    /// <param name="beta1">The share of the first moment that is kept: at least 0 and below 1.</param>
    /// <param name="beta2">The share of the second moment that is kept: at least 0 and below 1.</param>
    /// <param name="epsilon">Added to the denominator. Finite and not negative.</param>
    /// <param name="weightDecay">Times the learning rate, the share of every parameter that decays. Finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A factor is negative, or no finite T; or a share is outside [0, 1), or the step below 1.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public AdamW(
        double learningRate,
        Memory<T> firstMoment,
        Memory<T> secondMoment,
        int step,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01)
    {
        Checks.ElementType<T>();
        OptimizerChecks.Factor<T>(learningRate, nameof(learningRate));
        OptimizerChecks.Range(step >= 1, step, nameof(step), "at least 1");
        OptimizerChecks.Share(beta1, nameof(beta1));
        OptimizerChecks.Share(beta2, nameof(beta2));
        OptimizerChecks.Factor<T>(epsilon, nameof(epsilon));
        OptimizerChecks.Factor<T>(weightDecay, nameof(weightDecay));
        _rule = new()
        {
            KeptWeight = T.CreateTruncating(1 - (learningRate * weightDecay)),
            StartsAtGradient = beta1 <= 0.5,
            Approach = T.CreateTruncating(beta1 <= 0.5 ? -beta1 : 1 - beta1),
            KeptSquare = T.CreateTruncating(beta2),
            NewSquare = T.CreateTruncating(1 - beta2),
            RootScale = T.CreateTruncating(1 / Math.Sqrt(1 - Power(beta2, step))),
            Epsilon = T.CreateTruncating(epsilon),
            NegativeRate = T.CreateTruncating(-learningRate / (1 - Power(beta1, step))),
        };
        _firstMoment = firstMoment;
        _secondMoment = secondMoment;
    }

    private OptimizerState<T> FirstMoment => new(_firstMoment, "firstMoment");

    private OptimizerState<T> SecondMoment => new(_secondMoment, "secondMoment");

    OptimizerState<T> IOptimizerMemory<T>.First => FirstMoment;

    OptimizerState<T> IOptimizerMemory<T>.Second => SecondMoment;

    /// <summary>Moves a block of parameters by one step. May be called from several threads at once on disjoint blocks.</summary>
    /// <param name="weights">The parameters. The result does not depend on how they are cut into blocks.</param>
    /// <param name="gradient">Their gradient, of the same length. May overlap neither the parameters nor the moments.</param>
    /// <param name="index">The position of <c>weights[0]</c> among all parameters, and of its moments in their memory.</param>
    /// <exception cref="ArgumentException">
    /// The lengths differ, the block reaches beyond a moment, or two of the four overlap. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative. Nothing has been written.</exception>
    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        OptimizerChecks.Block(weights, gradient, index);
        Span<T> first = FirstMoment.Part(weights, gradient, index);
        Span<T> second = SecondMoment.Part(weights, gradient, index);
        OptimizerChecks.Apart(second, "secondMoment", first, "firstMoment");
        WidestSimd.RunElements<UpdateLoop<Rule, T>, T>(new(_rule, weights, gradient, first, second));
    }

    void IFactoredUpdate<T>.Update(Span<T> weights, in FactoredGradient<T> gradient, long index) =>
        WidestSimd.Run<FactoredUpdateLoop<Rule, T>, T, int>(new(
            _rule, gradient, weights, FirstMoment.Part(weights, default, index), SecondMoment.Part(weights, default, index)));

    void IOptimizerMemory<T>.Check(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias)
    {
        FirstMoment.Check(weights, bias);
        SecondMoment.Check(weights, bias);
        OptimizerChecks.Apart(_secondMoment.Span, "secondMoment", _firstMoment.Span, "firstMoment");
    }

    private static double Power(double value, int exponent)
    {
        double power = 1;
        for (; exponent > 0; exponent >>= 1, value *= value)
        {
            power *= (exponent & 1) != 0 ? value : 1;
        }

        return power;
    }

    private readonly struct Rule : IUpdateRule<T>
    {
        public required T KeptWeight { get; init; }

        /// <summary>Of g - m, from m or from g: the shorter way.</summary>
        public required T Approach { get; init; }

        public required bool StartsAtGradient { get; init; }

        public required T KeptSquare { get; init; }

        public required T NewSquare { get; init; }

        public required T RootScale { get; init; }

        public required T Epsilon { get; init; }

        public required T NegativeRate { get; init; }

        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Move<TSimd, TVector>(TVector weight, TVector gradient, ref TVector mean, ref TVector square)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            TVector start = StartsAtGradient ? gradient : mean;
            mean = TSimd.MultiplyAdd(TSimd.Broadcast(Approach), TSimd.Subtract(gradient, mean), start);
            TVector part = TSimd.Multiply(TSimd.Broadcast(NewSquare), gradient);
            square = TSimd.MultiplyAdd(part, gradient, TSimd.Multiply(TSimd.Broadcast(KeptSquare), square));
            TVector denominator = TSimd.MultiplyAdd(TSimd.SquareRoot(square), TSimd.Broadcast(RootScale), TSimd.Broadcast(Epsilon));
            TVector move = TSimd.Divide(TSimd.Multiply(TSimd.Broadcast(NegativeRate), mean), denominator);
            return TSimd.MultiplyAdd(TSimd.Broadcast(KeptWeight), weight, move);
        }
    }
}
