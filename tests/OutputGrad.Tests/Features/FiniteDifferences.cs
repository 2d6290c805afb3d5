using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features;

public sealed class FiniteDifferences
{
    private static readonly double[] Point = [.5, -2, 3];

    /// <summary>A quadratic's central difference has no error but rounding: 1e-16 |L| / step.</summary>
    [Fact]
    public void ASlopeOfAQuadraticIsExactToRounding()
    {
        double[] w = [.. Point];
        for (int i = 0; i < w.Length; i++)
        {
            Near.Equal((2 * w[i]) + 1, FiniteDifference.Slope(w, i, () => w.Sum(x => (x * x) + x)), 1e-9, $"slope {i}");
        }

        Assert.Equal(Point, w);
    }

    [Fact]
    public void TheErrorOfACurveShrinksWithTheSquareOfTheStep()
    {
        double[] w = [1];

        double coarse = FiniteDifference.Slope(w, 0, () => Math.Exp(w[0]), .1) - Math.E;
        double fine = FiniteDifference.Slope(w, 0, () => Math.Exp(w[0]), .01) - Math.E;

        Near.Equal(.01 * Math.E / 6, coarse, 1e-5, "error at .1");
        Near.Equal(100, coarse / fine, .1, "ratio of the errors");
    }

    [Fact]
    public void TheGradientIsASlopePerParameter()
    {
        double[] w = [.. Point], gradient = new double[3];

        FiniteDifference.Gradient(w, () => (w[0] * w[1]) + (w[2] * w[2] * w[2]), gradient);

        double[] expected = [-2, .5, 27];
        for (int i = 0; i < 3; i++)
        {
            Near.Equal(expected[i], gradient[i], 1e-8, $"slope {i}");
        }

        Assert.Equal(Point, w);
    }

    [Fact]
    public void ItIsTheGradientOfTheLayer()
    {
        LayerBatch<double> batch =
            new RandomBatches(9).Layer<double>(6, 4, 3) with { SoftTargets = null, Targets = [0, 1, 2, 3, -100, 1], Options = new() };
        double[] slopes = new double[batch.Weights.Length];

        FiniteDifference.Gradient(batch.Weights, () => LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled()).Loss, slopes);

        // step^2 L''' / 6 with third derivatives below 10, and 1e-16 |L| / step with losses below 10.
        double[] exact = batch.Run().Weights;
        for (int i = 0; i < slopes.Length; i++)
        {
            Near.Equal(exact[i], slopes[i], 5e-10, $"dL/dW[{i}]");
        }
    }

    [Fact]
    public void NaNAndInfiniteLossesAreReturned()
    {
        double[] w = [0];

        Assert.Equal(double.NaN, FiniteDifference.Slope(w, 0, () => double.NaN));
        Assert.Equal(double.PositiveInfinity, FiniteDifference.Slope(w, 0, () => w[0] > 0 ? double.PositiveInfinity : 0));
        Assert.Equal([0], w);
    }

    [Fact]
    public void TheParameterIsRestoredWhenTheLossThrows()
    {
        double[] w = [.. Point];

        Assert.Throws<InvalidOperationException>(() => FiniteDifference.Slope(w, 1, () => throw new InvalidOperationException()));
        Assert.Throws<InvalidOperationException>(
            () => FiniteDifference.Gradient(w, () => throw new InvalidOperationException(), new double[3]));

        Assert.Equal(Point, w);
    }

    [Theory]
    [InlineData(0, "step is 0; it must be positive and finite")]
    [InlineData(-1e-5, "step is -1E-05; it must be positive and finite")]
    [InlineData(double.NaN, "step is NaN; it must be positive and finite")]
    [InlineData(double.PositiveInfinity, "positive and finite")]
    [InlineData(1e-17, "1E-17")]
    public void AStepThatIsNoneIsRefused(double step, string says)
    {
        double[] w = [1, 1], gradient = [7, 7];

        ArgumentOutOfRangeException slope = Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifference.Slope(w, 0, () => 0, step));
        ArgumentOutOfRangeException all = Assert.Throws<ArgumentOutOfRangeException>(() =>
            FiniteDifference.Gradient(w, () => 0, gradient, step));

        Assert.All((Exception[])[slope, all], error => Assert.Contains(says, error.Message, StringComparison.Ordinal));
        Assert.Equal([7, 7], gradient);
        Assert.Equal([1, 1], w);
    }

    /// <summary>The last of the parameters is too large for the step: that must be seen before the first slope is written.</summary>
    [Fact]
    public void AStepTooSmallForALaterParameterLeavesTheGradientAlone()
    {
        double[] w = [1, 1e20], gradient = [7, 7];

        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifference.Gradient(w, () => 0, gradient));

        Assert.Equal([7, 7], gradient);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void AnIndexOutsideTheParametersIsRefused(int index)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            FiniteDifference.Slope([1, 2, 3], index, () => 0));

        Assert.All((string[])["index", $"{index}", "3"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void AGradientThatDoesNotFitIsRefused()
    {
        double[] memory = [1, 2, 3, 4];

        ArgumentException shorter = Assert.Throws<ArgumentException>(() => FiniteDifference.Gradient(memory, () => 0, new double[3]));
        ArgumentException overlapping = Assert.Throws<ArgumentException>(
            () => FiniteDifference.Gradient(memory.AsSpan(0, 3), () => 0, memory.AsSpan(1, 3)));

        Assert.All((string[])["gradient", "3", "4"], text => Assert.Contains(text, shorter.Message, StringComparison.Ordinal));
        Assert.Contains("overlaps", overlapping.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => FiniteDifference.Slope(memory, 0, null!));
        Assert.Throws<ArgumentNullException>(() => FiniteDifference.Gradient(memory, null!, new double[4]));
        Assert.Equal([1, 2, 3, 4], memory);
    }
}
