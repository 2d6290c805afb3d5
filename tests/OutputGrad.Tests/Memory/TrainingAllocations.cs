using OutputGrad.Tests.Features.Training;
using OutputGrad.Tests.Features.Training.Classification;
using OutputGrad.Tests.Support.Processes;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>Managed memory of training and predicting on one thread, once everything is compiled.</summary>
[Collection(RunsAlone.Name)]
public class TrainingAllocations
{
    /// <summary>The milliseconds in which everything should be compiled.</summary>
    private const long Patience = 10_000;

    [Fact]
    public void APredictionAllocatesNothing()
    {
        LabeledRows rows = new(60);
        SoftmaxClassifier<string> classifier = rows.Fitted();
        Prediction<string>[] top = new Prediction<string>[3];
        float[] probabilities = new float[5];

        Assert.Equal(0, Least(0, () => classifier.Predict(rows.Row(3))));
        Assert.Equal(0, Least(0, () => classifier.Predict(rows.Row(3), top)));
        Assert.Equal(0, Least(0, () => classifier.PredictProbabilities(rows.Row(3), probabilities)));
    }

    [Fact]
    public void AStepOnOneRowAllocatesNothing()
    {
        LabeledRows rows = new(60);
        SoftmaxClassifier<string> classifier = rows.Fitted();
        string[] label = [rows.Labels[3]];

        Assert.Equal(0, Least(0, () => classifier.PartialFit(rows.Row(3), label)));
    }

    [Fact]
    public void AnIterationAllocatesNothing()
    {
        ClusteredRows<float> rows = new(200, 20, 6);
        long few = Least(long.MinValue, () => Fit(3));

        Assert.Equal(few, Least(few, () => Fit(40)));

        void Fit(int iterations)
        {
            rows.Weights.AsSpan().Clear();
            rows.Bias.AsSpan().Clear();
            FitOptions options = new() { MaxIterations = iterations, GradientTolerance = 0, Loss = new() { MaxDegreeOfParallelism = 1 } };
            Assert.Equal(iterations, LinearProbe.Fit<float>(rows.Weights, rows.Bias, rows.Batch, options).Iterations);
        }
    }

    /// <summary>The least of several calls, until it is what is hoped for.</summary>
    private static long Least(long hopedFor, Action call)
    {
        long least = long.MaxValue;
        long start = Environment.TickCount64;
        for (int i = 0; i < 80 || (least > hopedFor && hopedFor > long.MinValue && Environment.TickCount64 - start < Patience); i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
