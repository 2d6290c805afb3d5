using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>The temperature that a calibration finds has the smallest loss.</summary>
public class Calibrations
{
    private readonly LabeledRows _rows = new(60);
    private readonly LabeledRows _others = new(400, distance: 2.5);

    [Fact]
    public void NoOtherTemperatureHasASmallerLoss()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted(new() { L2 = 1e-4 });
        double before = Loss(classifier, 1);

        double temperature = classifier.Calibrate(_others.Features, _others.Labels);

        Assert.Equal(temperature, classifier.Temperature);
        double calibrated = Loss(classifier, temperature);
        Assert.True(calibrated < before);
        Assert.Equal(calibrated, classifier.Evaluate(_others.Features, _others.Labels).LogLoss, 1e-6);
        foreach (double factor in (double[])[.5, .9, .99, 1.01, 1.1, 2])
        {
            Assert.True(Loss(classifier, temperature * factor) > calibrated - 1e-9);
        }

        Assert.Equal(temperature, classifier.Calibrate(_others.Features, _others.Labels));
    }

    /// <summary>Labels are drawn from the very probabilities, and then all logits are multiplied by a factor.</summary>
    [Theory]
    [InlineData(.25)]
    [InlineData(1)]
    [InlineData(6)]
    public void AKnownTemperatureIsFoundAgain(double known)
    {
        LabeledRows rows = new(20_000);
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        float[] probabilities = new float[20_000 * 5];
        classifier.PredictProbabilities(rows.Features, probabilities);
        Random random = new(1);
        for (int row = 0; row < 20_000; row++)
        {
            double drawn = random.NextDouble();
            int c = 0;
            while (c < 4 && (drawn -= probabilities[(row * 5) + c]) > 0)
            {
                c++;
            }

            rows.Labels[row] = classifier.Classes[c];
        }

        foreach (ref float number in classifier.Weights)
        {
            number *= (float)known;
        }

        foreach (ref float number in classifier.Bias)
        {
            number *= (float)known;
        }

        Assert.Equal(known, classifier.Calibrate(rows.Features, rows.Labels), .03 * known);
    }

    [Fact]
    public void WhatNoTemperatureChangesHasOne() =>
        Assert.Equal(1, _rows.New().Calibrate(_others.Features, _others.Labels));

    [Fact]
    public void AFitWithoutIterationsKeepsTheTemperature()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        double temperature = classifier.Calibrate(_others.Features, _others.Labels);

        classifier.Fit(_rows.Features, _rows.Labels, new() { MaxIterations = 0 });
        Assert.Equal(temperature, classifier.Temperature);
        classifier.Fit(_rows.Features, _rows.Labels, new() { MaxIterations = 1, GradientTolerance = 0 });
        Assert.Equal(1, classifier.Temperature);
    }

    [Fact]
    public void LabelsDoNotChange()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        string[] before = [.. Enumerable.Range(0, 60).Select(row => classifier.Predict(_rows.Row(row)).Label)];

        classifier.Calibrate(_others.Features, _others.Labels);

        Assert.Equal(before, Enumerable.Range(0, 60).Select(row => classifier.Predict(_rows.Row(row)).Label));
    }

    /// <summary>Where no row is wrong, no probability is too large.</summary>
    [Fact]
    public void RowsThatAreAllRightHaveTheSmallestTemperature()
    {
        LabeledRows apart = new(60, distance: .01);

        Assert.Equal(1 / 128.0, apart.Fitted().Calibrate(apart.Features, apart.Labels), 1e-6);
    }

    private double Loss(SoftmaxClassifier<string> classifier, double temperature) => LinearCrossEntropy.Loss(
        new OutputLayer<float>(classifier.Weights, classifier.Bias),
        new LabeledBatch<float>(_others.Features, _others.Targets),
        new() { LogitScale = 1 / temperature }).Loss;
}
