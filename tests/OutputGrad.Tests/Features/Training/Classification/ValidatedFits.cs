using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>A classifier's fits with validation rows are those of the probe, from matrices and from lists.</summary>
public class ValidatedFits
{
    private const int Features = 30;

    private static readonly double[] Strengths = [.01, 1, .1];

    private readonly LabeledRows _rows = new(60, Features, distance: 3);
    private readonly LabeledRows _others = new(200, Features, distance: 3);
    private readonly float[] _weights = new float[5 * Features];
    private readonly float[] _bias = new float[5];

    [Fact]
    public void AFitEndsByPatience()
    {
        FitOptions options = new() { L2 = 0, Patience = 3 };
        FitReport expected = LinearProbe.Fit<float>(_weights, _bias, Batch(_rows), options, Batch(_others));
        Assert.Equal(StopReason.Patience, expected.Reason);

        Same(expected, classifier => classifier.Fit(_rows.Features, _rows.Labels, _others.Features, _others.Labels, options));
        Same(expected, classifier => classifier.Fit(Vectors(_rows), _rows.Labels, Vectors(_others), _others.Labels, options));
    }

    [Fact]
    public void APathKeepsTheBest()
    {
        PathReport expected = LinearProbe.FitPath<float>(_weights, _bias, Batch(_rows), Batch(_others), Strengths);

        Same(expected, classifier => classifier.FitPath(_rows.Features, _rows.Labels, _others.Features, _others.Labels, Strengths));
        Same(expected, classifier => classifier.FitPath(Vectors(_rows), _rows.Labels, Vectors(_others), _others.Labels, Strengths));
    }

    [Fact]
    public void ProgressAndCancellationArePassedOn()
    {
        using CancellationTokenSource source = new();
        ProgressRecord progress = new() { Then = _ => source.Cancel() };

        FitReport report = _rows.New().Fit(
            _rows.Features, _rows.Labels, _others.Features, _others.Labels, null, progress, source.Token);
        PathReport path = _rows.New().FitPath(
            _rows.Features, _rows.Labels, _others.Features, _others.Labels, Strengths, null, progress, source.Token);

        Assert.Equal((StopReason.Canceled, 1), (report.Reason, report.Evaluations));
        Assert.Equal(StopReason.Canceled, Assert.Single(path.Points).Report.Reason);
        Assert.Equal([report.ValidationLoss, path.Points[0].Report.ValidationLoss], progress.All.Select(told => told.ValidationLoss));
    }

    [Fact]
    public void WhatDoesNotFitIsNamed()
    {
        Refused("validationFeatures", "has 5999 numbers", _others.Features[1..], _others.Labels);
        Refused("validationLabels", "199 validationLabels and 200 rows of validationFeatures", _others.Features, _others.Labels[1..]);
        Refused("validationLabels", "0 rows", [], []);
        Refused("validationLabels", "null", _others.Features, null!);
        _others.Features[(7 * Features) + 2] = float.NaN;
        Refused("hidden", "row 7, column 2: the validation loss", _others.Features, _others.Labels);
        _others.Labels[9] = "violet";
        Refused("validationLabels", "row 9, 'violet'", _others.Features, _others.Labels);
    }

    [Fact]
    public void OptionsThatDoNotFitAreRefused()
    {
        FitOptions scaled = new() { Loss = new() { LogitScale = 2 } };
        Assert.Throws<ArgumentException>("options", () => _rows.New().Fit(
            _rows.Features, _rows.Labels, _others.Features, _others.Labels, scaled));
        Assert.Throws<ArgumentException>("options", () => _rows.New().FitPath(
            _rows.Features, _rows.Labels, _others.Features, _others.Labels, Strengths, scaled));
    }

    private static LabeledBatch<float> Batch(LabeledRows rows) => new(rows.Features, rows.Targets);

    private static ReadOnlyMemory<float>[] Vectors(LabeledRows rows) =>
        [.. Enumerable.Range(0, rows.Labels.Length).Select(row => rows.Features.AsMemory(row * Features, Features))];

    /// <summary>The same report and parameters, after which steps and temperature start anew.</summary>
    private void Same<TReport>(TReport expected, Func<SoftmaxClassifier<string>, TReport> fit)
    {
        SoftmaxClassifier<string> classifier = _rows.New(), fresh = _rows.New();
        classifier.PartialFit(_rows.Features, _rows.Labels, .1);
        Assert.NotEqual(1, classifier.Calibrate(_others.Features, _others.Labels));
        classifier.Weights.Clear();
        classifier.Bias.Clear();

        TReport report = fit(classifier);

        Assert.Equivalent(expected, report, strict: true);
        Exactly.SameBits<float>(_weights, classifier.Weights, "weights");
        Exactly.SameBits<float>(_bias, classifier.Bias, "bias");
        Assert.Equal(1, classifier.Temperature);
        _weights.CopyTo(fresh.Weights);
        _bias.CopyTo(fresh.Bias);
        fresh.PartialFit(_rows.Features, _rows.Labels);
        classifier.PartialFit(_rows.Features, _rows.Labels);
        Exactly.SameBits<float>(fresh.Weights, classifier.Weights, "weights after a step");
    }

    private void Refused(string argument, string mention, float[] features, string[] labels)
    {
        SoftmaxClassifier<string> classifier = _rows.New();
        foreach (Action call in (Action[])
        [
            () => classifier.Fit(_rows.Features, _rows.Labels, features, labels),
            () => classifier.FitPath(_rows.Features, _rows.Labels, features, labels, Strengths),
        ])
        {
            ArgumentException error = Assert.ThrowsAny<ArgumentException>(call);
            Assert.Equal(argument, error.ParamName);
            Assert.Contains(mention, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(-1, classifier.Weights.IndexOfAnyExcept(0));
    }
}
