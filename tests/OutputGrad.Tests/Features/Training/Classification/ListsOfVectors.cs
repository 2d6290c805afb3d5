using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>Vectors one by one are the rows of their matrix, in all calls that take several.</summary>
public class ListsOfVectors
{
    private readonly LabeledRows _rows = new(60);
    private readonly LabeledRows _others = new(90, distance: 2.5);

    [Fact]
    public void TheyAreTheirMatrix()
    {
        SoftmaxClassifier<string> one = _rows.New(), other = _rows.New();

        Assert.Equal(one.Fit(_rows.Features, _rows.Labels), other.Fit(Vectors(_rows), _rows.Labels));
        Same();
        Exactly.SameBits(
            one.PartialFit(_others.Features, _others.Labels, .01), other.PartialFit(Vectors(_others), _others.Labels, .01), "step");
        Same();
        Assert.NotEqual(1, one.Calibrate(_others.Features, _others.Labels));
        Exactly.SameBits(one.Temperature, other.Calibrate(Vectors(_others), _others.Labels), "temperature");
        Assert.Equal(
            one.Evaluate(_others.Features, _others.Labels, 2).ToString(), other.Evaluate(Vectors(_others), _others.Labels, 2).ToString());
        float[] expected = new float[60 * 5], actual = new float[60 * 5];
        one.PredictProbabilities(_rows.Features, expected);
        other.PredictProbabilities(Vectors(_rows), actual);
        Exactly.SameBits<float>(expected, actual, "probabilities");

        void Same()
        {
            Exactly.SameBits<float>(one.Weights, other.Weights, "weights");
            Exactly.SameBits<float>(one.Bias, other.Bias, "bias");
        }
    }

    [Fact]
    public void NoVectorsHaveNoProbabilities() => _rows.Fitted().PredictProbabilities(Array.Empty<ReadOnlyMemory<float>>(), []);

    [Fact]
    public void AnotherLengthIsRefusedWithItsRow()
    {
        ReadOnlyMemory<float>[] vectors = Vectors(_rows);
        vectors[5] = vectors[5][..4];

        Refused<ArgumentException>("row 5 has 4", vectors);
    }

    [Fact]
    public void AListMustBeThere() => Refused<ArgumentNullException>("null", null!);

    private static ReadOnlyMemory<float>[] Vectors(LabeledRows rows) =>
        [.. Enumerable.Range(0, rows.Labels.Length).Select(row => rows.Features.AsMemory(row * 6, 6))];

    private void Refused<TException>(string mention, IReadOnlyList<ReadOnlyMemory<float>> vectors)
        where TException : ArgumentException
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        foreach (Action call in (Action[])
        [
            () => classifier.Fit(vectors, _rows.Labels),
            () => classifier.PartialFit(vectors, _rows.Labels),
            () => classifier.PredictProbabilities(vectors, new float[60 * 5]),
            () => classifier.Calibrate(vectors, _rows.Labels),
            () => classifier.Evaluate(vectors, _rows.Labels),
        ])
        {
            TException error = Assert.Throws<TException>("features", call);
            Assert.Contains(mention, error.Message, StringComparison.Ordinal);
        }

        Exactly.SameBits<float>(_rows.Fitted().Weights, classifier.Weights, "weights");
    }
}
