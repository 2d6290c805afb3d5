using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Softmax;

/// <summary>dL/dH is the slope of minus the targets' log p.</summary>
public class SlopesOfLogProbabilities
{
    /// <summary>
    /// The step's square times a third derivative of at most some units is 1e-10, and a roundoff of log p over the step 1e-10 too.
    /// </summary>
    private const double Step = 1e-5, Tolerance = 1e-8;

    [Theory]
    [InlineData(2, 9, false)]
    [InlineData(20, 9, false)]
    [InlineData(2, 600, true)]
    [InlineData(20, 600, true)]
    public void AreTheHiddenGradient(int rows, int classes, bool isCapped)
    {
        const int Features = 3;
        RandomBatches random = new(rows + classes);
        LayerBatch<double> batch = new LayerBatch<double>
        {
            Features = Features,
            Hidden = random.Anywhere<double>(rows * Features, 1),
            Weights = random.Anywhere<double>(classes * Features, 2),
            Bias = random.Anywhere<double>(classes, 1),
            Options = new() { LogitScale = .8, LogitSoftcap = isCapped ? 3 : 0, Reduction = Reduction.Sum },
        }.Aimed([.. Enumerable.Range(0, rows).Select(n => n * 5 % classes)]);
        double[] gradient = batch.Run().Hidden;
        for (int d = 0; d < Features; d++)
        {
            double[] up = Shifted(batch, d, Step), down = Shifted(batch, d, -Step);
            for (int n = 0; n < rows; n++)
            {
                int at = (n * classes) + batch.Targets![n];
                Near.Equal((down[at] - up[at]) / (2 * Step), gradient[(n * Features) + d], Tolerance, $"slope of row {n}, feature {d}");
            }
        }
    }

    /// <summary>log p with one feature of all rows moved: rows do not affect each other.</summary>
    private static double[] Shifted(LayerBatch<double> batch, int feature, double step)
    {
        double[] hidden = [.. batch.Hidden];
        for (int i = feature; i < hidden.Length; i += batch.Features)
        {
            hidden[i] += step;
        }

        return (batch with { Hidden = hidden }).Softmax(top: 0).LogProbabilities;
    }
}
