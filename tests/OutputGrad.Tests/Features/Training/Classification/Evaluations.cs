using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>The figures of an evaluation are those of their definitions.</summary>
public class Evaluations
{
    private readonly LabeledRows _rows = new(200, distance: 2.5);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void FiguresAreThoseOfTheirDefinitions(int topK)
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        (string Actual, string Predicted, double Probability, int Rank)[] rows = [.. Enumerable.Range(0, 200).Select(row =>
        {
            Prediction<string>[] top = new Prediction<string>[5];
            classifier.Predict(_rows.Row(row), top);
            int rank = Array.FindIndex(top, one => one.Label == _rows.Labels[row]);
            return (_rows.Labels[row], top[0].Label, (double)top[rank].Probability, rank);
        })];

        Evaluation<string> evaluation = classifier.Evaluate(_rows.Features, _rows.Labels, topK);

        Assert.Equal(200, evaluation.Rows);
        Assert.Equal(topK, evaluation.TopK);
        Assert.Equal(rows.Count(row => row.Rank == 0) / 200.0, evaluation.Accuracy, 1e-12);
        Assert.Equal(rows.Count(row => row.Rank < topK) / 200.0, evaluation.TopKAccuracy, 1e-12);
        Assert.Equal(rows.Average(row => -Math.Log(row.Probability)), evaluation.LogLoss, 1e-5);
        Assert.Equal(
            rows.GroupBy(row => row.Actual).Average(group => group.Count(row => row.Rank == 0) / (double)group.Count()),
            evaluation.MacroAccuracy,
            1e-12);
        foreach (ClassEvaluation<string> one in evaluation.PerClass)
        {
            int right = rows.Count(row => row.Actual == one.Label && row.Rank == 0);
            int predicted = rows.Count(row => row.Predicted == one.Label);
            int support = rows.Count(row => row.Actual == one.Label);
            Assert.Equal(support, one.Support);
            Assert.Equal((double)right / predicted, one.Precision, 1e-12);
            Assert.Equal((double)right / support, one.Recall, 1e-12);
            Assert.Equal(2.0 * right / (predicted + support), one.F1, 1e-12);
        }

        for (int actual = 0; actual < 5; actual++)
        {
            for (int predicted = 0; predicted < 5; predicted++)
            {
                Assert.Equal(
                    rows.Count(row => row.Actual == classifier.Classes[actual] && row.Predicted == classifier.Classes[predicted]),
                    evaluation.ConfusionMatrix[actual, predicted]);
            }
        }
    }

    [Fact]
    public void TheMostConfusedComeFirst()
    {
        ConfusionMatrix<string> matrix = _rows.Fitted().Evaluate(_rows.Features, _rows.Labels).ConfusionMatrix;

        IReadOnlyList<Confusion<string>> all = matrix.MostConfused(100);

        Assert.Equal(Enumerable.Range(0, 25).Where(i => i % 6 != 0).Sum(i => matrix[i / 5, i % 5]), all.Sum(one => one.Count));
        Assert.All(all, one => Assert.NotEqual(one.Actual, one.Predicted));
        Assert.All(all.Zip(all.Skip(1)), pair => Assert.True(pair.First.Count >= pair.Second.Count));
        Assert.Equal(all.Take(3), matrix.MostConfused(3));
        Assert.Empty(matrix.MostConfused(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NoLabelIsAmongTheFirstNone(int first) => Assert.Throws<ArgumentOutOfRangeException>(
        "topK", () => _rows.Fitted().Evaluate(_rows.Features, _rows.Labels, first));

    [Fact]
    public void WhatIsNoClassOrNoNumberOfPairsIsRefused()
    {
        ConfusionMatrix<string> matrix = _rows.Fitted().Evaluate(_rows.Features, _rows.Labels).ConfusionMatrix;

        foreach (int none in (int[])[-1, 5, int.MaxValue])
        {
            Assert.Equal("actual", Assert.Throws<ArgumentOutOfRangeException>(() => matrix[none, 0]).ParamName);
            Assert.Equal("predicted", Assert.Throws<ArgumentOutOfRangeException>(() => matrix[0, none]).ParamName);
        }

        Assert.Equal("count", Assert.Throws<ArgumentOutOfRangeException>(() => matrix.MostConfused(-1)).ParamName);
    }

    [Fact]
    public void ClassesWithoutRowsCountForNothing()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        int row = Array.FindIndex(_rows.Labels, label => label == "blue");

        Evaluation<string> evaluation = classifier.Evaluate(_rows.Row(row), ["blue"], 5);

        Assert.Equal(evaluation.Accuracy, evaluation.MacroAccuracy);
        Assert.Equal(1, evaluation.TopKAccuracy);
        Assert.Equal((0.0, 0.0, 0), (evaluation.PerClass[0].Recall, evaluation.PerClass[0].F1, evaluation.PerClass[0].Support));
    }

    /// <summary>They are no fault of the rows'.</summary>
    [Fact]
    public void NumbersThatAreTooLargeHaveNoLogLoss()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        classifier.Weights.Fill(3e38f);

        Assert.False(double.IsFinite(classifier.Evaluate([10, 10, 10, 10, 10, 10], ["red"]).LogLoss));
    }

    [Fact]
    public void TheTableHasALinePerClassAndFigure()
    {
        string[] lines = _rows.Fitted().Evaluate(_rows.Features, _rows.Labels).ToString().TrimEnd().Split('\n');

        Assert.Equal(1 + 5 + 1 + 4, lines.Length);
        Assert.Equal(["precision", "recall", "F1", "support"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.All(lines[1..6].Zip(["red", "green", "blue", "cyan", "pink"]), pair => Assert.StartsWith(pair.Second, pair.First));
        Assert.All(lines[1..6], line => Assert.Equal(lines[0].Length, line.Length));
    }
}
