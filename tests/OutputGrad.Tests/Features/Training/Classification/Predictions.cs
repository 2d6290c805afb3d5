using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>What a classifier predicts is what its layer says.</summary>
public class Predictions
{
    private readonly LabeledRows _rows = new(60);

    [Fact]
    public void AFitIsThatOfTheProbe()
    {
        SoftmaxClassifier<string> classifier = _rows.New();
        float[] weights = new float[5 * 6], bias = new float[5];
        FitOptions options = new() { L2 = .01, ClassBalance = ClassBalance.Balanced };

        FitReport report = classifier.Fit(_rows.Features, _rows.Labels, options);

        Assert.Equal(LinearProbe.Fit<float>(weights, bias, new(_rows.Features, _rows.Targets), options), report);
        Exactly.SameBits<float>(weights, classifier.Weights, "weights");
        Exactly.SameBits<float>(bias, classifier.Bias, "bias");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AllWaysToPredictAgree(bool isCalibrated)
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        LabeledRows others = new(90, distance: 2.5);
        if (isCalibrated)
        {
            Assert.NotEqual(1, classifier.Calibrate(others.Features, others.Labels));
        }

        float[] probabilities = new float[60 * 5];
        classifier.PredictProbabilities(_rows.Features, probabilities);
        for (int row = 0; row < 60; row++)
        {
            float[] own = probabilities[(row * 5)..((row + 1) * 5)];
            int[] order = [.. Enumerable.Range(0, 5).OrderByDescending(c => own[c])];
            Prediction<string>[] top = new Prediction<string>[7];

            Assert.Equal(5, classifier.Predict(_rows.Row(row), top));
            Assert.Equal(order.Select(c => classifier.Classes[c]), top.Take(5).Select(one => one.Label));
            Assert.All(order.Zip(top), pair => Assert.Equal(own[pair.First], pair.Second.Probability, 1e-6f * own[pair.First]));
            Assert.Equal(default, top[5]);
            Assert.Equal(top[0], classifier.Predict(_rows.Row(row)));
            Assert.Equal(2, classifier.Predict(_rows.Row(row), top.AsSpan(5)));
            Assert.Equal(top[..2], top[5..]);
        }
    }

    [Fact]
    public void AClassifierThatKnowsNothingFindsAllClassesEquallyLikely()
    {
        Prediction<string>[] top = new Prediction<string>[5];

        _rows.New().Predict(_rows.Row(0), top);

        Assert.Equal(["red", "green", "blue", "cyan", "pink"], top.Select(one => one.Label));
        Assert.All(top, one => Assert.Equal(.2f, one.Probability, 1e-7f));
        Assert.Equal(0, _rows.New().Predict(_rows.Row(0), []));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void ANumberThatIsNotFiniteMakesAllProbabilitiesOfItsRowNaN(float number)
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        float[] features = [.. _rows.Row(0), .. _rows.Row(1), .. _rows.Row(2)];
        float[] expected = new float[3 * 5], actual = new float[3 * 5];
        classifier.PredictProbabilities(features, expected);
        features[6 + 2] = number;

        classifier.PredictProbabilities(features, actual);

        Assert.All(actual[5..10], probability => Assert.True(float.IsNaN(probability)));
        Exactly.SameBits<float>([.. expected[..5], .. expected[10..]], [.. actual[..5], .. actual[10..]], "other rows");
        Assert.True(float.IsNaN(classifier.Predict(features.AsSpan(6, 6)).Probability));
    }

    [Fact]
    public void ClassesAreFoundByTheComparer()
    {
        SoftmaxClassifier<string> classifier = new(6, ["RED", "green", "Blue", "CYAN", "pink"], StringComparer.OrdinalIgnoreCase);

        classifier.Fit(_rows.Features, _rows.Labels);

        Exactly.SameBits<float>(_rows.Fitted().Weights, classifier.Weights, "weights");
        Assert.Contains(classifier.Predict(_rows.Row(3)).Label, classifier.Classes);
    }

    /// <summary>Many at once, on one classifier.</summary>
    [Fact]
    public void PredictionsMayRunAtTheSameTime()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        Prediction<string>[] expected = [.. Enumerable.Range(0, 60).Select(row => classifier.Predict(_rows.Row(row)))];
        Evaluation<string> evaluation = classifier.Evaluate(_rows.Features, _rows.Labels);

        Parallel.For(0, 2_000, i =>
        {
            Assert.Equal(expected[i % 60], classifier.Predict(_rows.Row(i % 60)));
            if (i % 100 == 0)
            {
                Assert.Equal(evaluation.ToString(), classifier.Evaluate(_rows.Features, _rows.Labels).ToString());
            }
        });
    }
}
