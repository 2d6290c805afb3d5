using OutputGrad.Engine.Arguments;

namespace OutputGrad.Training.Classification;

/// <summary>
/// The temperature by which logits are divided such that probabilities fit labels best (C. Guo et al., "On Calibration of Modern Neural
/// Networks", 2017, section 4.2).
/// </summary>
/// <remarks>
/// The mean loss is convex in s = 1 / temperature. With z the logits, its slope is
/// <code>
/// d loss / ds = mean(sum_c p_c z_c - z_y) = mean(loss - entropy) / s
/// </code>
/// because entropy = logsumexp(s z) - s sum p z and loss = logsumexp(s z) - s z_y. So the best scale is where the mean loss is the mean
/// entropy: the model is then wrong as often as it expects to be. It is found by bisection, which needs one pass over the rows a step.
/// </remarks>
internal static class TemperatureScaling
{
    /// <summary>The scales between which it is looked for: where all rows are right, the loss falls with every larger one.</summary>
    private const double Smallest = 1.0 / 128;
    private const double Largest = 128;

    /// <summary>Half of the digits of a float, as a share of the temperature.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>The temperature for a layer and rows with their classes.</summary>
    public static double Find(OutputLayer<float> layer, LabeledBatch<float> batch)
    {
        float[] losses = new float[batch.Rows];
        float[] entropies = new float[batch.Rows];
        double low = Smallest;
        double high = Largest;
        double least = LossAt(layer, batch, low, default);
        if (!double.IsFinite(least))
        {
            throw Checks.Mismatch("features", "The loss of these rows is not finite: their numbers are too large for Single.");
        }

        if (Math.Abs(LossAt(layer, batch, high, default) - least) <= Tolerance * least)
        {
            return 1;
        }

        while (high > low * (1 + Tolerance))
        {
            double scale = Math.Sqrt(low * high);
            LossAt(layer, batch, scale, new RowResults<float> { Losses = losses, Entropies = entropies });
            double slope = 0;
            for (int row = 0; row < losses.Length; row++)
            {
                slope += (double)losses[row] - entropies[row];
            }

            // a slope that is not finite is one of logits that a smaller scale keeps in range
            (low, high) = slope <= 0 ? (scale, high) : (low, scale);
        }

        return 1 / Math.Sqrt(low * high);
    }

    private static double LossAt(OutputLayer<float> layer, LabeledBatch<float> batch, double scale, RowResults<float> results) =>
        LinearCrossEntropy.Loss(layer, batch, new() { LogitScale = scale }, results).Loss;
}
