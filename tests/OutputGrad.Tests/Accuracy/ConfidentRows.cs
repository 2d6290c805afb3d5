using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// Rows whose true logit is above all others by a gap keep their loss and residuals, of size e^-gap, to a small relative error, and so do
/// the gradients that are sums of them, relative to the sum of their terms: nothing is the difference of numbers of size 1.
/// </summary>
/// <remarks>
/// The bounds are those of <see cref="ErrorBounds{T}"/> for one-hot targets, 16 + log2 of the classes in unit roundoffs of the number
/// itself, and of <see cref="LayerComparison"/> for sums. All rows of a batch have the same gap, so that no sum has a larger term to hide
/// behind. Logits are exact in either type: multiples of 1/64 below 128.
/// </remarks>
public abstract class ConfidentRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The true classes, each with a feature of its own that makes the gap.</summary>
    private const int TrueClasses = 3;
    private const int OtherFeatures = 3;

    private static readonly double[] Gaps = [1, 3, 8, 16, 17.5, 20, 40, 60, 80];

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void EveryGapKeepsItsDigits(int rows, int classes, bool isTight)
    {
        foreach (double gap in Gaps)
        {
            LayerBatch<T> batch = Batch(rows, classes, gap);
            Compare(isTight ? batch.InLittleWorkspace() : batch);
        }
    }

    [Theory]
    [InlineData(2, 80, false)]
    [InlineData(2, 14, false)]
    [InlineData(8, 30, false)]
    [InlineData(8, 80, true)]
    public void AmongAQuarterOfAMillionClasses(int rows, double gap, bool isTight)
    {
        LayerBatch<T> batch = Batch(rows, 250_000, gap);
        Compare(isTight ? batch.InLittleWorkspace() : batch);
    }

    [Theory]
    [InlineData(1, 3_000)]
    [InlineData(7, 600)]
    [InlineData(40, 37)]
    public void FromLogitsToo(int rows, int classes)
    {
        foreach (double gap in Gaps)
        {
            CompareLogits(Batch(rows, classes, gap));
        }
    }

    [Fact]
    public void FromAQuarterOfAMillionLogitsToo() => CompareLogits(Batch(2, 250_000, 80));

    /// <summary>The gradients, that a step hands the very same to its update, and the softmax itself, whose log p is the loss.</summary>
    private static void Compare(LayerBatch<T> batch)
    {
        LayerComparison.Compare(batch, batch.Run());
        SoftmaxComparison.Compare(batch, batch.Softmax(top: 2));
        batch.CompareStep();
    }

    private static void CompareLogits(LayerBatch<T> layer)
    {
        T[] logits = Near.Rounded<T>(LinearOracle.Logits(
            Near.Doubles<T>(layer.Hidden), Near.Doubles<T>(layer.Weights), bias: null, layer.Rows, layer.Classes, layer.Features));
        LogitBatch<T> batch = new() { Logits = logits, Classes = layer.Classes, Targets = layer.Targets, Options = layer.Options };
        OracleComparison.Compare<T, FromLogits>(batch, FromLogits.Run(batch));
    }

    /// <summary>
    /// Row n's feature n mod 3 is the gap, which only the true class has a weight for, of 1; the other features make logits from -3/4 to
    /// 3/4 for the other classes. True classes are the first, one in the middle and the last.
    /// </summary>
    private static LayerBatch<T> Batch(int rows, int classes, double gap)
    {
        const int Features = TrueClasses + OtherFeatures;
        RandomBatches random = new(rows + classes);
        T[] hidden = random.Grid<T>(rows * Features, .125, .5), weights = random.Grid<T>(classes * Features, .125, .5);
        int[] trueClasses = [0, classes / 2, classes - 1];
        for (int v = 0; v < classes; v++)
        {
            weights.AsSpan(v * Features, TrueClasses).Clear();
        }

        for (int k = 0; k < TrueClasses; k++)
        {
            weights.AsSpan(trueClasses[k] * Features, Features).Clear();
            weights[(trueClasses[k] * Features) + k] = T.One;
        }

        for (int n = 0; n < rows; n++)
        {
            hidden.AsSpan(n * Features, TrueClasses).Clear();
            hidden[(n * Features) + (n % TrueClasses)] = T.CreateChecked(gap);
        }

        return new()
        {
            Features = Features,
            Hidden = hidden,
            Weights = weights,
            Targets = [.. Enumerable.Range(0, rows).Select(n => trueClasses[n % TrueClasses])],
            Options = new() { Reduction = Reduction.Sum },
        };
    }
}

public sealed class ConfidentRowsInFloat : ConfidentRows<float>;

public sealed class ConfidentRowsInDouble : ConfidentRows<double>;
