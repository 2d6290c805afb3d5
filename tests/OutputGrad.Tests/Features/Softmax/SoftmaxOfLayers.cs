using Xunit;

namespace OutputGrad.Tests.Features.Softmax;

/// <summary>The layer forwards agrees with its loss and with itself.</summary>
public class SoftmaxOfLayers
{
    public static TheoryData<int, int, int, int> Shapes => new()
    {
        { 1, 5, 7, 1 }, { 3, 20, 600, 2 }, { 5, 33, 1500, 1 }, { 17, 40, 513, 2 }, { 40, 8, 2000, 1 }, { 20, 1030, 1100, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ProbabilitiesTopClassesEntropiesAndRanksAgree(int rows, int features, int classes, int threads)
    {
        Random random = new(rows);
        float[] hidden = [.. Enumerable.Range(0, rows * features).Select(_ => (float)(random.NextDouble() - .5) * 2)];
        float[] weights = [.. Enumerable.Range(0, classes * features).Select(_ => random.Next(-10, 11) / 10f)];
        float[] bias = [.. Enumerable.Range(0, classes).Select(c => c == 5 ? float.NegativeInfinity : (float)random.NextDouble())];
        int[] targets = [.. Enumerable.Range(0, rows).Select(_ => 6 + random.Next(classes - 6))];
        CrossEntropyOptions options = new()
        {
            LogitScale = .7,
            LogitSoftcap = rows % 2 == 0 ? 5 : 0,
            MaxDegreeOfParallelism = threads,
        };
        int top = Math.Min(9, classes);
        float[] logarithms = new float[rows * classes], probabilities = new float[rows * classes];
        float[] losses = new float[rows], entropies = new float[rows], topLogarithms = new float[rows * top];
        int[] ranks = new int[rows], topClasses = new int[rows * top];
        OutputLayer<float> layer = new(weights, bias);
        LinearSoftmax.LogProbabilities(layer, hidden, rows, logarithms, options);
        LinearSoftmax.Probabilities(layer, hidden, rows, probabilities, options);
        LinearSoftmax.TopK(layer, hidden, rows, topClasses, topLogarithms, options);
        RowResults<float> results = new() { Losses = losses, Entropies = entropies, TargetRanks = ranks };
        LinearCrossEntropy.Loss(layer, new LabeledBatch<float>(hidden, targets), options, results);
        for (int n = 0; n < rows; n++)
        {
            float[] row = logarithms[(n * classes)..((n + 1) * classes)];
            float[] shares = probabilities[(n * classes)..((n + 1) * classes)];
            int[] order = [.. Enumerable.Range(0, classes).OrderByDescending(c => row[c]).ThenBy(c => c)];

            // the bound of docs/numerics.md, of p and so of log p
            double bound = Math.ScaleB(1, -24) * (16 + Math.Log2(classes)) * (1 + losses[n]);
            double probability = Math.Exp(-(double)losses[n]);
            Assert.Equal(-(double)losses[n], row[targets[n]], bound);
            Assert.Equal(probability, shares[targets[n]], bound * probability);
            Assert.All(Enumerable.Range(0, classes), c => Assert.Equal(Math.Exp(row[c]), shares[c], 1e-5 * shares[c]));
            Assert.Equal(-row.Zip(shares).Sum(pair => pair.Second == 0 ? 0 : (double)pair.First * pair.Second), entropies[n], 1e-4);
            Assert.Equal(order[..top].Select(c => row[c]), topLogarithms[(n * top)..((n + 1) * top)]);
            Assert.All(topClasses[(n * top)..((n + 1) * top)].Zip(topLogarithms[(n * top)..]), pair =>
                Assert.Equal(row[pair.First], pair.Second));
            Assert.InRange(ranks[n], row.Count(value => value > row[targets[n]]), row.Count(value => value >= row[targets[n]]) - 1);
        }
    }
}
