using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// dL/dH of few rows, which is summed before the softmax is known: what is summed may leave the range of the numbers where the gradient
/// does not.
/// </summary>
public abstract class HiddenRange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A hundred of them are too much.</summary>
    private static readonly double Huge = double.CreateChecked(T.BitDecrement(T.PositiveInfinity)) / 64;

    [Fact]
    public void ManyLargeWeightsDoNotOverflow()
    {
        double[] weights = [.. Enumerable.Range(0, 512).SelectMany(c => (double[])[Huge, c % 2 == 0 ? Huge : -Huge])];

        Check(Batch(weights, hidden: [0, 0], target: 3));
    }

    /// <summary>The large weights' block of classes has probabilities of 0.</summary>
    [Fact]
    public void NorDoThoseOfClassesThatHaveNoShare()
    {
        double[] weights = [.. Enumerable.Range(0, 1024).SelectMany(c => (double[])[c < 512 ? 1 : Huge, 1])];
        double[] bias = [.. Enumerable.Range(0, 1024).Select(c => c is 3 or 4 ? 5.0 : c < 512 ? 0 : -2000)];

        Check(Batch(weights, hidden: [0, 1], target: 3, bias));
    }

    /// <summary>A residual is larger than its exponential where the row's weight is.</summary>
    [Theory]
    [InlineData(80, 1e-9, 1e9)]
    [InlineData(10, 1e-40, 1e30)]
    [InlineData(600, 1e-60, 1e60)]
    [InlineData(10, 1e-310, 1e60)]
    public void SmallWeightsOfHeavyRowsDoNotUnderflow(double gap, double weight, double rowWeight)
    {
        if (!double.IsFinite(double.CreateTruncating(T.CreateTruncating(rowWeight))))
        {
            return; // no float is so large
        }

        double[] weights = [.. Enumerable.Range(0, 8).SelectMany(c => (double[])[weight * ((1.37 * c) + 1), weight])];
        double[] bias = [.. Enumerable.Range(0, 8).Select(c => c == 2 ? gap : 0)];

        Check(Batch(weights, hidden: [0, 0], target: 2, bias) with { RowWeights = [T.CreateChecked(rowWeight)] });
    }

    [Fact]
    public void AnInfiniteWeightOfTheTrueClassReachesTheGradientAsItIs()
    {
        LayerBatch<T> batch = Batch([double.NegativeInfinity, .5, .25, 1, 2, 3], hidden: [1, 1], target: 0);

        LayerOutcome<T> outcome = batch.Run();

        // g is exactly -1 there
        Assert.Equal(T.PositiveInfinity, outcome.Hidden[0]);
        Assert.True(T.IsFinite(outcome.Hidden[1]));
    }

    /// <summary>One row is summed another way than the rows around it, whose bits that must not change.</summary>
    [Fact]
    public void OtherRowsKeepTheirBits()
    {
        LayerBatch<T> batch = new RandomBatches(4).IndexedLayer<T>(4, 700, 90) with { Options = new() { Reduction = Reduction.Sum } };
        T[] hidden = [.. batch.Hidden];
        hidden[200] = T.NaN;
        T[] rowWeights = [T.One, T.One, T.One, T.CreateChecked(1e9)];

        LayerOutcome<T> expected = (batch with { RowWeights = null }).Run();
        LayerOutcome<T> outcome = (batch with { RowWeights = rowWeights, Hidden = hidden }).Run();

        Exactly.SameBits<T>(expected.Hidden.AsSpan(0, 180), outcome.Hidden.AsSpan(0, 180), "the first two rows");
        Assert.All(outcome.Hidden[180..270], g => Assert.True(T.IsNaN(g) || batch.Targets![2] < 0));
        Assert.All(outcome.Hidden[270..], g => Assert.True(T.IsFinite(g)));
    }

    private static LayerBatch<T> Batch(double[] weights, double[] hidden, int target, double[]? bias = null) => new()
    {
        Features = hidden.Length,
        Weights = [.. weights.Select(T.CreateTruncating)],
        Hidden = [.. hidden.Select(T.CreateTruncating)],
        Bias = bias is null ? null : [.. bias.Select(T.CreateTruncating)],
        Targets = [target],
        Options = new() { Reduction = Reduction.Sum },
    };

    private static void Check(LayerBatch<T> batch)
    {
        LayerComparison.Compare(batch, batch.Run());
        batch.CompareStep();
    }
}

public sealed class HiddenRangeInFloat : HiddenRange<float>;

public sealed class HiddenRangeInDouble : HiddenRange<double>;
