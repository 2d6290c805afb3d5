using OutputGrad.Tests.Features.Storage;
using OutputGrad.Tests.Features.Training;
using OutputGrad.Tests.Features.Training.Classification;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>The minimum that a fit finds is the objective's own, whatever way leads there; a classifier is what it is made of.</summary>
public class TrainingLaws
{
    private const double L2 = .05;
    private static readonly FitOptions Options = new() { L2 = L2, GradientTolerance = 1e-8 };

    /// <summary>
    /// How far weights may be from those of the minimum: L2 is the least curvature, and no slope is larger than the tolerance. Of up to 60
    /// weights, in both of two fits.
    /// </summary>
    private static readonly double Distance = 2 * Math.Sqrt(60) * 1e-8 / L2;

    [Law]
    public void TheMinimumDoesNotDependOnTheOrderOfRows(int seed)
    {
        ClusteredRows<double> rows = Rows(seed), shuffled = Rows(seed);
        int[] order = Chosen.Permutation(rows.Rows, seed);
        LabeledBatch<double> batch = new(shuffled.Hidden, shuffled.Targets) { RowIndices = order };

        LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options);
        LinearProbe.Fit<double>(shuffled.Weights, shuffled.Bias, batch, Options);

        Near.Equal(rows.Weights, shuffled.Weights, _ => Distance, "weights");
    }

    [Law]
    public void RotatedClassesHaveRotatedWeights(int seed)
    {
        ClusteredRows<double> rows = Rows(seed), rotated = Rows(seed);
        for (int row = 0; row < rotated.Rows; row++)
        {
            rotated.Targets[row] = (rotated.Targets[row] + 1) % rotated.Classes;
        }

        LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options);
        LinearProbe.Fit<double>(rotated.Weights, rotated.Bias, rotated.Batch, Options);

        int last = rows.Weights.Length - rows.Features;
        Near.Equal([.. rows.Weights[last..], .. rows.Weights[..last]], rotated.Weights, _ => Distance, "weights");
    }

    [Law]
    public void TheMinimumDoesNotDependOnTheStart(int seed)
    {
        ClusteredRows<double> rows = Rows(seed), elsewhere = Rows(seed);
        Chosen.Numbers(rows.Weights.Length, seed).CopyTo(elsewhere.Weights, 0);
        Chosen.Numbers(rows.Bias.Length, ~seed).CopyTo(elsewhere.Bias, 0);

        FitReport report = LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options);
        FitReport other = LinearProbe.Fit<double>(elsewhere.Weights, elsewhere.Bias, elsewhere.Batch, Options);

        Near.Equal(rows.Weights, elsewhere.Weights, _ => Distance, "weights");
        Near.Equal(report.Objective, other.Objective, 1e-12, "objective");
    }

    /// <summary>Differences of 1e-4, whose error is some 1e-9 of the third derivative and 1e-12 of rounding.</summary>
    [Law]
    public void SlopesAtTheMinimumAreBelowTheTolerance(int seed)
    {
        ClusteredRows<double> rows = Rows(seed);
        LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options);
        double[] slopes = new double[rows.Weights.Length], biasSlopes = new double[rows.Bias.Length];

        FiniteDifference.Gradient(rows.Weights, () => ProbeOracle.Objective(rows, L2), slopes, 1e-4);
        FiniteDifference.Gradient(rows.Bias, () => ProbeOracle.Objective(rows, L2), biasSlopes, 1e-4);

        Assert.All(slopes.Concat(biasSlopes), slope => Assert.InRange(Math.Abs(slope), 0, 3e-8));
    }

    [Law]
    public void PartialFitsAreStepsAndFilesKeepThem(int seed)
    {
        Random random = new(seed);
        LabeledRows rows = new(20, features: random.Next(1, 9), seed: seed);
        SoftmaxClassifier<string> classifier = rows.New();
        float[] weights = new float[classifier.Weights.Length], bias = new float[5];
        float[] first = new float[weights.Length + 5], second = new float[weights.Length + 5];
        using TemporaryFolder folder = new();
        for (int step = 1; step <= 3; step++)
        {
            int count = random.Next(1, 20);
            int from = random.Next(0, 21 - count);
            LabeledBatch<float> batch = new(
                rows.Features.AsSpan(from * classifier.Features, count * classifier.Features), rows.Targets.AsSpan(from, count));
            LinearCrossEntropy.Step(weights, bias, batch, new AdamW<float>(.01, first, second, step));

            classifier.PartialFit(batch.Hidden, rows.Labels[from..(from + count)], .01);

            classifier.Save(folder.File);
            classifier = SoftmaxClassifier<string>.Load(folder.File);
            Exactly.SameBits<float>(weights, classifier.Weights, "weights");
            Exactly.SameBits<float>(bias, classifier.Bias, "bias");
        }
    }

    private static ClusteredRows<double> Rows(int seed)
    {
        Random random = new(seed);
        int classes = random.Next(2, 7);
        return new(random.Next(classes, 40), random.Next(1, 11), classes, distance: random.Next(1, 5), seed);
    }
}
