using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>What a classifier refuses: the message names the row and the numbers, and nothing has changed.</summary>
public class ClassifierRefusals
{
    private readonly LabeledRows _rows = new(20);
    private readonly SoftmaxClassifier<string> _classifier;

    public ClassifierRefusals() => _classifier = _rows.Fitted();

    [Fact]
    public void ClassesMustBeDifferentAndThere()
    {
        Throws("class 0", New(2, ["a", "b", "a"]));
        Throws("null", New(2, ["a", null!]));
        Throws("no classes", New(2, []));
        Throws("class 0", New(2, ["a", "A"], StringComparer.OrdinalIgnoreCase));
        Assert.Throws<ArgumentNullException>("classes", New(2, null!));
        Throws(New(0, ["a"]));
        Throws(New(int.MaxValue, ["a", "b"]));
    }

    [Fact]
    public void LabelsMustBeClasses()
    {
        _rows.Labels[7] = "violet";
        _rows.Labels[9] = "grey";
        Unchanged("row 7, 'violet'", _rows.Features, _rows.Labels);
        _rows.Labels[3] = null!;
        Unchanged("row 3, null", _rows.Features, _rows.Labels);
    }

    [Fact]
    public void LengthsMustMatch()
    {
        Unchanged("119 numbers", _rows.Features[1..], _rows.Labels);
        Unchanged("19 labels and 20 rows", _rows.Features, _rows.Labels[1..]);
        Unchanged("0 labels and 0 rows", [], []);
        Throws("5 numbers", () => _classifier.Predict(_rows.Features.AsSpan(0, 5)));
        Throws("12 numbers", () => _classifier.Predict(_rows.Features.AsSpan(0, 12)));
        Throws(() => _classifier.PredictProbabilities(_rows.Features, new float[99]));
        Throws(() => _classifier.PredictProbabilities(_rows.Features.AsSpan(1), new float[100]));
        Throws(() => _classifier.Fit(_rows.Features, null!));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void TheFirstRowThatIsNotFiniteIsNamed(float number)
    {
        _rows.Features[(11 * 6) + 2] = _rows.Features[14 * 6] = number;
        float[] before = [.. _classifier.Weights, .. _classifier.Bias];

        Throws("row 11, column 2", () => _classifier.Fit(_rows.Features, _rows.Labels));
        Throws("row 11, column 2", () => _classifier.PartialFit(_rows.Features, _rows.Labels));
        Throws("row 11, column 2", () => _classifier.Calibrate(_rows.Features, _rows.Labels));
        Throws("row 11, column 2", () => _classifier.Evaluate(_rows.Features, _rows.Labels));

        Exactly.SameBits<float>(before, [.. _classifier.Weights, .. _classifier.Bias], "parameters");
    }

    [Fact]
    public void FactorsMustBeInTheirRange()
    {
        Throws(() => _classifier.PartialFit(_rows.Features, _rows.Labels, double.NaN));
        Throws(() => _classifier.PartialFit(_rows.Features, _rows.Labels, -1));
        Throws("WeightDecay is -1", () => _classifier.WeightDecay = -1);
        Throws("WeightDecay is NaN", () => _classifier.WeightDecay = double.NaN);
        Throws("WeightDecay is 1E+39", () => _classifier.WeightDecay = 1e39);
        Assert.Equal(.01, _classifier.WeightDecay);
        Throws(() => _classifier.Evaluate(_rows.Features, _rows.Labels, 0));
        Throws(() => _classifier.Fit(_rows.Features, _rows.Labels, new() { Patience = 1 }));
        Throws("LogitScale is 2", () => _classifier.Fit(_rows.Features, _rows.Labels, new() { Loss = new() { LogitScale = 2 } }));
        Throws("LogitSoftcap 3", () => _classifier.Fit(_rows.Features, _rows.Labels, new() { Loss = new() { LogitSoftcap = 3 } }));
    }

    private void Unchanged(string mention, float[] features, string[] labels)
    {
        float[] before = [.. _classifier.Weights, .. _classifier.Bias];
        double temperature = _classifier.Temperature;

        Throws(mention, () => _classifier.Fit(features, labels));
        Throws(mention, () => _classifier.PartialFit(features, labels));
        Throws(mention, () => _classifier.Calibrate(features, labels));
        Throws(mention, () => _classifier.Evaluate(features, labels));

        Exactly.SameBits<float>(before, [.. _classifier.Weights, .. _classifier.Bias], "parameters");
        Assert.Equal(temperature, _classifier.Temperature);
    }

    private static Action New(int features, IEnumerable<string> classes, IEqualityComparer<string>? comparer = null) =>
        () => _ = new SoftmaxClassifier<string>(features, classes, comparer);

    private static void Throws(Action call) => Throws(string.Empty, call);

    private static void Throws(string mention, Action call) =>
        Assert.Contains(mention, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}
