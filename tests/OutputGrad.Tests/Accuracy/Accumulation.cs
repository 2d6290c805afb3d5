using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>What sums over many rows lose.</summary>
public abstract class Accumulation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int ManyRows = 100_000;

    /// <summary>
    /// A float sum of 100,000 losses would be off by a thousand roundoffs. Each row's loss is off by 16 u of itself, and so is their sum,
    /// but for one roundoff of double per row. Losses of [1, 2, 3] alternate with the tiny one of [20, 0, 0], which a sum in float would
    /// swallow.
    /// </summary>
    [Fact]
    public void TheLossOfManyRowsDoesNotDrift()
    {
        T[] logits = new T[3 * ManyRows];
        int[] targets = new int[ManyRows];
        for (int n = 0; n < ManyRows; n++)
        {
            Near.Rounded<T>(n % 2 == 0 ? [1, 2, 3] : [20, 0, 0]).CopyTo(logits, 3 * n);
            targets[n] = n % 2 == 0 ? 2 : 0;
        }

        double expected = .5 * (Math.Log(1 + Math.Exp(-1) + Math.Exp(-2)) + Logarithm.OfOnePlus(2 * Math.Exp(-20)));
        double allowed = ((ErrorBounds<T>.Roundoffs * Near.Roundoff<T>()) + (ManyRows * Near.Roundoff<double>())) * expected;

        CrossEntropyResult result = SoftmaxCrossEntropy.Loss<T>(logits, targets);

        Near.Equal(expected, result.Loss, allowed, "loss");
        Assert.Equal(ManyRows, result.Rows);
        Assert.Equal(ManyRows, result.Correct);
    }

    [Fact]
    public void TheLayersLossOfManyRowsDoesNotDrift()
    {
        RandomBatches random = new(3);
        LayerBatch<T> batch = new()
        {
            Features = 2,
            Hidden = random.Grid<T>(2 * ManyRows, .125, 2),
            Weights = random.Grid<T>(6, .125, 2),
            Targets = random.Targets(ManyRows, 3),
        };
        CrossEntropyOracle oracle = batch.Oracle();

        CrossEntropyResult result = LinearCrossEntropy.Loss(
            new OutputLayer<T>(batch.Weights), new LabeledBatch<T>(batch.Hidden, batch.Targets!));

        OracleComparison.CompareResult(oracle, result, new ErrorBounds<T>(oracle));
    }

    /// <summary>
    /// c = 16 + 8 sqrt(k) for the sum over k = 20,000 rows: the errors of a long chain of additions have either sign, and a walk of k steps
    /// of u each strays by more than 8 sqrt(k) u with a probability below 1e-13 (Hoeffding). The bound that holds for certain, 16 + k,
    /// would allow 17 times as much and hide a sum that lost its small terms.
    /// </summary>
    [Fact]
    public void TheGradientOfManyRowsIsWithinASmallMultipleOfItsTerms()
    {
        const int Rows = 20_000, Classes = 5, Features = 3;
        RandomBatches random = new(4);
        LayerBatch<T> batch = new()
        {
            Features = Features,
            Hidden = random.Grid<T>(Rows * Features, .125, 2),
            Weights = random.Grid<T>(Classes * Features, .125, 2),
            Targets = random.Targets(Rows, Classes),
            Options = new() { Reduction = Reduction.Sum },
        };
        double[] g = batch.Oracle().Gradient, hidden = Near.Doubles<T>(batch.Hidden);
        double[] expected = LinearOracle.WeightGradient(g, hidden, Rows, Classes, Features);
        double[] terms = LinearOracle.WeightGradient(
            Array.ConvertAll(g, Math.Abs), Array.ConvertAll(hidden, Math.Abs), Rows, Classes, Features);
        double c = 16 + (8 * Math.Sqrt(Rows));

        LayerOutcome<T> outcome = batch.Run();

        for (int i = 0; i < expected.Length; i++)
        {
            Near.Equal(expected[i], outcome.Weights[i], c * Near.Roundoff<T>() * terms[i], $"weight gradient[{i}]");
        }
    }

    /// <summary>
    /// With numbers on no grid the logits round too: a dot product of D terms and a bias is off by at most D + 1 roundoffs of the sum of
    /// its absolute terms, here and again in the oracle, and a relative error of e in p and of e in the sum of the others makes 2 e (which
    /// <see cref="ErrorBounds{T}"/> counts).
    /// </summary>
    [Theory]
    [InlineData(17, 30, 50)]
    [InlineData(64, 100, 7)]
    [InlineData(5, 257, 129)]
    public void GradientElementsAreBoundedByTheirTermsOnAnyNumbers(int rows, int classes, int features)
    {
        RandomBatches random = new(rows);
        LayerBatch<T> batch = new()
        {
            Features = features,
            Hidden = random.Anywhere<T>(rows * features, 1),
            Weights = random.Anywhere<T>(classes * features, 1),
            Bias = random.Anywhere<T>(classes, 1),
            Targets = random.Targets(rows, classes),
        };
        double[] absoluteLogits = LinearOracle.Logits(
            Magnitudes(batch.Hidden), Magnitudes(batch.Weights), Magnitudes(batch.Bias), rows, classes, features);

        LayerOutcome<T> outcome = batch.Run();

        LayerComparison.Compare(
            batch, outcome, logitErrors: n => 2 * (features + 1) * absoluteLogits.AsSpan(n * classes, classes).ToArray().Max());
    }

    private static double[] Magnitudes(T[] values) => Array.ConvertAll(Near.Doubles<T>(values), Math.Abs);
}

public sealed class AccumulationInFloat : Accumulation<float>;

public sealed class AccumulationInDouble : Accumulation<double>;
