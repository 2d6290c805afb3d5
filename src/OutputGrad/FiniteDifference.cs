namespace OutputGrad;

/// <summary>Slopes by experiment: moves a parameter up and down and compares the losses. Slow, and the check of every gradient.</summary>
/// <example>
/// <code>
/// double[] logits = [2, 1, 0];
/// double[] computed = new double[3];
/// SoftmaxCrossEntropy.LossAndGradient&lt;double>(logits, (int[])[1], computed);
///
/// double measured = FiniteDifference.Slope(logits, 0, () => SoftmaxCrossEntropy.Loss&lt;double>(logits, (int[])[1]).Loss);
/// Console.WriteLine($"{computed[0]:F6}, measured {measured:F6}");         // 0.665241, measured 0.665241
/// </code>
/// </example>
public static class FiniteDifference
{
    /// <summary>
    /// The central difference (L(w + step) - L(w - step)) / (2 step) along one parameter. w + step and w - step are rounded to double
    /// precision, and the divisor is the true distance between the rounded numbers.
    /// </summary>
    /// <param name="parameters">
    /// The parameters that <paramref name="loss"/> reads. The one that is nudged is restored, also when the loss throws.
    /// </param>
    /// <param name="index">Which parameter to nudge.</param>
    /// <param name="loss">Computes the loss from the current values of the parameters.</param>
    /// <param name="step">
    /// How far to nudge: positive and finite. The error is about step^2 L''' / 6 from the curve and 1e-16 |L| / step from rounding.
    /// </param>
    /// <returns>The slope; NaN or infinite where the loss is.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="index"/> is outside the parameters, or <paramref name="step"/> is not positive and finite, or too small to change
    /// the parameter at all.
    /// </exception>
    public static double Slope(Span<double> parameters, int index, Func<double> loss, double step = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if ((uint)index >= (uint)parameters.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"index is {index}; there are {parameters.Length} parameters.");
        }

        ThrowIfNotAStep(step);
        ThrowIfNoNudge(step, parameters, index);
        ref double dial = ref parameters[index];
        double original = dial;
        double up = original + step;
        double down = original - step;

        try
        {
            dial = up;
            double above = loss();
            dial = down;
            double below = loss();
            return (above - below) / (up - down);
        }
        finally
        {
            dial = original;
        }
    }

    /// <summary>The central difference along every parameter: see <see cref="Slope"/>. Calls the loss twice per parameter.</summary>
    /// <param name="parameters">The parameters that <paramref name="loss"/> reads; each is restored after its nudge.</param>
    /// <param name="loss">Computes the loss from the current values of the parameters.</param>
    /// <param name="gradient">Receives one slope per parameter. Must not overlap the parameters.</param>
    /// <param name="step">How far to nudge: positive and finite.</param>
    /// <exception cref="ArgumentNullException"><paramref name="loss"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="gradient"/> has another length than the parameters, or overlaps them.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="step"/> is not positive and finite, or too small to change a parameter.
    /// </exception>
    public static void Gradient(Span<double> parameters, Func<double> loss, Span<double> gradient, double step = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (gradient.Length != parameters.Length)
        {
            throw new ArgumentException(
                $"gradient has {gradient.Length} elements; there are {parameters.Length} parameters.", nameof(gradient));
        }

        if (parameters.Overlaps(gradient))
        {
            throw new ArgumentException("gradient overlaps parameters.", nameof(gradient));
        }

        ThrowIfNotAStep(step);
        for (int i = 0; i < parameters.Length; i++)
        {
            ThrowIfNoNudge(step, parameters, i);
        }

        for (int i = 0; i < parameters.Length; i++)
        {
            gradient[i] = Slope(parameters, i, loss, step);
        }
    }

    private static void ThrowIfNotAStep(double step)
    {
        if (!(step > 0 && double.IsFinite(step)))
        {
            throw new ArgumentOutOfRangeException(nameof(step), step, $"step is {step}; it must be positive and finite.");
        }
    }

    private static void ThrowIfNoNudge(double step, ReadOnlySpan<double> parameters, int index)
    {
        double parameter = parameters[index];
        if (parameter + step == parameter || parameter - step == parameter)
        {
            throw new ArgumentOutOfRangeException(
                nameof(step), step, $"step is {step}: too small to change parameter {index}, which is {parameter}.");
        }
    }
}
