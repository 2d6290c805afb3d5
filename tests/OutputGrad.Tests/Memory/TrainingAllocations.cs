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
    [Fact]
    public void APredictionAllocatesNothing()
    {
        LabeledRows rows = new(60);
        SoftmaxClassifier<string> classifier = rows.Fitted();
        Prediction<string>[] top = new Prediction<string>[3];
        float[] probabilities = new float[5];

        Assert.Equal(0, LeastAllocation.OnThisThread(() => classifier.Predict(rows.Row(3)), 0));
        Assert.Equal(0, LeastAllocation.OnThisThread(() => classifier.Predict(rows.Row(3), top), 0));
        Assert.Equal(0, LeastAllocation.OnThisThread(() => classifier.PredictProbabilities(rows.Row(3), probabilities), 0));
    }

    [Fact]
    public void AStepOnOneRowAllocatesNothing()
    {
        LabeledRows rows = new(60);
        SoftmaxClassifier<string> classifier = rows.Fitted();
        string[] label = [rows.Labels[3]];

        Assert.Equal(0, LeastAllocation.OnThisThread(() => classifier.PartialFit(rows.Row(3), label), 0));
    }

    [Fact]
    public void AnIterationAllocatesNothing()
    {
        ClusteredRows<float> rows = new(200, 20, 6);
        long few = LeastAllocation.OnThisThread(() => Fit(3), hopedFor: null);

        Assert.Equal(few, LeastAllocation.OnThisThread(() => Fit(40), few));

        void Fit(int iterations)
        {
            rows.Weights.AsSpan().Clear();
            rows.Bias.AsSpan().Clear();
            FitOptions options = new() { MaxIterations = iterations, GradientTolerance = 0, Loss = new() { MaxDegreeOfParallelism = 1 } };
            Assert.Equal(iterations, LinearProbe.Fit<float>(rows.Weights, rows.Bias, rows.Batch, options).Iterations);
        }
    }
}
