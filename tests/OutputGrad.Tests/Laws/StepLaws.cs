using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>A step is a gradient and an update: of the same bits, and against the measured slopes.</summary>
public class StepLaws
{
    [Law]
    public void AStepIsTheGradientAndThenTheUpdate(LayerProblem problem)
    {
        CheckBits<double>(problem);
        CheckBits<float>(problem);
    }

    [Law(Arbitrary = [typeof(LargeProblems)])]
    public void SoIsALargeOneOnAnyNumberOfThreads(LayerProblem problem)
    {
        CheckBits<double>(problem);
        CheckBits<float>(problem.With(options => options with { MaxDegreeOfParallelism = 3 }));
    }

    /// <summary>Rows that are clipped, about half of them.</summary>
    [Law]
    public void SoIsAStepOfClippedRows(LayerProblem problem, int seed)
    {
        LayerProblem clipped = problem.With(
            options => options with { MaxRowGradientNorm = Chosen.Factor(seed) * Math.Sqrt(problem.Features) });
        CheckBits<double>(clipped);
        CheckBits<float>(clipped);
    }

    /// <summary>What is left out of the weights' gradient is 0 in it; classes all of which is left out are not handed over.</summary>
    [Law]
    public void SoIsAFilteredStep(LayerProblem problem, int seed)
    {
        double threshold = Math.Pow(Chosen.Factor(seed) / 4, 4);
        LayerProblem filtered = problem.With(
            options => options with { HiddenFilterThreshold = threshold, WeightFilterThreshold = threshold });
        CheckBits<double>(filtered);
        CheckBits<float>(filtered);
    }

    /// <summary>
    /// With a rate of 1 and without decay, what the parameters lose is their gradient, but for the rounding of what is left of them.
    /// </summary>
    [Law]
    public void AStepGoesDownTheSlopeOfTheLoss(LayerProblem problem)
    {
        LayerProblem step = Steppable(problem);
        LayerOutcome<double> after = step.Step<double, Sgd<double>>(new(1));
        double[] weights = Lost(step.Weights, after.Weights), bias = Lost(step.Bias, after.Bias);

        LayerSlopes.CheckWeights(step, weights, index => Rounding(step.Weights[index], after.Weights[index]));
        if (step.Bias.Length > 0)
        {
            LayerSlopes.CheckBias(step, bias, index => Rounding(step.Bias[index], after.Bias[index]));
        }
    }

    /// <summary>A step refuses to accumulate.</summary>
    private static LayerProblem Steppable(LayerProblem problem) => problem.With(options => options with { AccumulateGradients = false });

    private static void CheckBits<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerProblem step = Steppable(problem);
        LayerOutcome<T> expected = step.Evaluate<T>();
        RecordingUpdate<T> update = new(step.Weights.Length + step.Bias.Length);
        LayerOutcome<T> actual = step.Step<T, RecordingUpdate<T>>(update);
        T[] gradient = [.. expected.Weights, .. expected.Bias[..step.Bias.Length]],
            before = [.. Near.Rounded<T>(step.Weights), .. Near.Rounded<T>(step.Bias)];
        T[] handedOver = [.. before.Select((parameter, index) => update.Times[index] == 0 ? T.Zero : parameter)];
        T[] moved = [.. before.Zip(gradient, (parameter, slope) => parameter - slope)];

        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows);
        Exactly.SameBits(expected.Hidden, actual.Hidden, "dL/dH");
        Exactly.SameBits(gradient, update.Gradient, "dL/dW and dL/db");
        Exactly.SameBits(handedOver, update.Before, "parameters as they were handed over");
        Assert.True(step.Labels.Options.WeightFilterThreshold > 0 || !update.Times.Contains(0));
        Exactly.SameBits(moved, [.. actual.Weights, .. actual.Bias], "parameters after the step");
    }

    private static double[] Lost(double[] before, double[] after) => [.. before.Zip(after, (was, @is) => was - @is)];

    /// <summary>Once where the step subtracts and once where the test does.</summary>
    private static double Rounding(double before, double after) => 2 * Near.Roundoff<double>() * (Math.Abs(before) + Math.Abs(after));
}
