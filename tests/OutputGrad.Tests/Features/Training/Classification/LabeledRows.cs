using OutputGrad.Training;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>Rows with words as labels, and classifiers for them.</summary>
internal sealed class LabeledRows
{
    private static readonly string[] Words = ["red", "green", "blue", "cyan", "pink"];

    private readonly ClusteredRows<float> _rows;

    public LabeledRows(int rows, int features = 6, double distance = 1.5, int seed = 1)
    {
        _rows = new(rows, features, Words.Length, distance, seed);
        Labels = [.. _rows.Targets.Select(target => Words[target])];
    }

    public float[] Features => _rows.Hidden;

    public int[] Targets => _rows.Targets;

    public string[] Labels { get; }

    /// <summary>The features of one row.</summary>
    public ReadOnlySpan<float> Row(int row) => Features.AsSpan(row * _rows.Features, _rows.Features);

    public SoftmaxClassifier<string> New() => new(_rows.Features, Words);

    public SoftmaxClassifier<string> Fitted(FitOptions? options = null)
    {
        SoftmaxClassifier<string> classifier = New();
        classifier.Fit(Features, Labels, options);
        return classifier;
    }
}
