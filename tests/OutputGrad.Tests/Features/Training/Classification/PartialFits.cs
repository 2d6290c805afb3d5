using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>A partial fit is a step of AdamW, whose memory goes on from step to step and from file to file.</summary>
public class PartialFits
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public void StepsAreThoseOfTheLayer(int rows)
    {
        LabeledRows data = new(300);
        SoftmaxClassifier<string> classifier = data.New();
        float[] weights = new float[30], bias = new float[5], first = new float[35], second = new float[35];
        for (int step = 1; step <= 6; step++)
        {
            int from = ((step * rows) % (301 - rows)) * 6;
            LabeledBatch<float> batch = new(data.Features.AsSpan(from, rows * 6), data.Targets.AsSpan(from / 6, rows));

            CrossEntropyResult result = classifier.PartialFit(batch.Hidden, data.Labels[(from / 6)..((from / 6) + rows)], .01);

            Exactly.SameBits(
                LinearCrossEntropy.Step(weights, bias, batch, new AdamW<float>(.01, first, second, step)), result, $"step {step}");
            Exactly.SameBits<float>(weights, classifier.Weights, "weights");
            Exactly.SameBits<float>(bias, classifier.Bias, "bias");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.5)]
    public void TheWeightDecayIsTheCallers(double decay)
    {
        LabeledRows data = new(60);
        SoftmaxClassifier<string> classifier = data.Fitted();
        float[] weights = [.. classifier.Weights], bias = [.. classifier.Bias], first = new float[35], second = new float[35];
        Assert.Equal(.01, classifier.WeightDecay);
        classifier.WeightDecay = decay;

        classifier.PartialFit(data.Features, data.Labels, .1);

        AdamW<float> update = new(.1, first, second, 1, weightDecay: decay);
        LinearCrossEntropy.Step(weights, bias, new LabeledBatch<float>(data.Features, data.Targets), update);
        Exactly.SameBits<float>(weights, classifier.Weights, "weights");
        Exactly.SameBits<float>(bias, classifier.Bias, "bias");
    }

    /// <summary>The moments were those of other weights, and so was the temperature.</summary>
    [Fact]
    public void AFitForgetsStepsAndTemperature()
    {
        LabeledRows data = new(60), others = new(60, distance: 2.5);
        SoftmaxClassifier<string> stepped = data.New(), fresh = data.New();
        stepped.PartialFit(data.Features, data.Labels, .1);
        stepped.Calibrate(others.Features, others.Labels);
        stepped.Weights.Clear();
        stepped.Bias.Clear();
        Assert.NotEqual(1, stepped.Temperature);

        Assert.Equal(fresh.Fit(data.Features, data.Labels), stepped.Fit(data.Features, data.Labels));

        Assert.Equal(1, stepped.Temperature);
        fresh.PartialFit(others.Features, others.Labels);
        stepped.PartialFit(others.Features, others.Labels);
        Exactly.SameBits<float>(fresh.Weights, stepped.Weights, "weights");
    }

    [Fact]
    public void StepsLearn()
    {
        LabeledRows data = new(300);
        SoftmaxClassifier<string> classifier = data.New();
        for (int step = 0; step < 200; step++)
        {
            int row = step % 300;
            classifier.PartialFit(data.Row(row), [data.Labels[row]], .02);
        }

        Assert.True(classifier.Evaluate(data.Features, data.Labels).Accuracy > .6);
    }
}
