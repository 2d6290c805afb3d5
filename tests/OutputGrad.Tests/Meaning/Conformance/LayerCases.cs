using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

/// <summary>The cases that only a layer can show: the sums over rows, accumulation, masks through the bias.</summary>
public abstract class LayerCases<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };

    /// <summary>Five rows of three features, four classes; all numbers and so all logits are exact in either type.</summary>
    private static LayerBatch<T> Batch { get; } = new()
    {
        Features = 3,
        Hidden = Near.Rounded<T>(1, -2, .5, 0, 1, 1, -1.5, .25, 2, 3, 0, -1, .5, .5, .5),
        Weights = Near.Rounded<T>(.5, 1, -1, 2, 0, .25, -1, -1, 1, 0, .75, .5),
        Bias = Near.Rounded<T>(.25, -.5, 0, 1),
        Targets = [2, 0, 3, 2, 1],
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Case09_AnEmptyBatchHasNoMeanAndZeroGradients(bool soft)
    {
        LayerBatch<T> empty = Batch with { Hidden = [], Targets = soft ? null : [], SoftTargets = soft ? [] : null };

        LayerOutcome<T> mean = empty.Run(before: 7), sum = (empty with { Options = Sum }).Run(before: 7);

        Assert.Equal(double.NaN, mean.Result.Loss);
        Assert.Equal(0, sum.Result.Loss);
        Assert.Equal(0, mean.Result.Rows);
        foreach (LayerOutcome<T> outcome in (LayerOutcome<T>[])[mean, sum])
        {
            Assert.All(outcome.Weights, g => Assert.Equal(T.Zero, g));
            Assert.All(outcome.Bias, g => Assert.Equal(T.Zero, g));
        }
    }

    [Fact]
    public void Case09_AnEmptyBatchKeepsWhatItAccumulatesInto()
    {
        LayerOutcome<T> outcome = (Batch with { Hidden = [], Targets = [], Options = new() { AccumulateGradients = true } }).Run(before: 7);

        Assert.All(outcome.Weights, g => Assert.Equal(T.CreateChecked(7), g));
        Assert.All(outcome.Bias, g => Assert.Equal(T.CreateChecked(7), g));
    }

    [Fact]
    public void Case07_IgnoredRowsZeroOrKeepTheGradients()
    {
        LayerBatch<T> ignored = Batch with { Targets = [-100, -100, -100, -100, -100] };

        LayerOutcome<T> outcome = ignored.Run(before: 7);
        LayerOutcome<T> accumulated = (ignored with { Options = new() { AccumulateGradients = true } }).Run(before: 7);

        Assert.Equal(double.NaN, outcome.Result.Loss);
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias, .. outcome.Hidden], g => Assert.Equal(T.Zero, g));
        Assert.All((T[])[.. accumulated.Weights, .. accumulated.Bias], g => Assert.Equal(T.CreateChecked(7), g));
        Assert.All(accumulated.Hidden, g => Assert.Equal(T.Zero, g));
    }

    [Fact]
    public void Case36_NaNInAnIgnoredRowReachesNothing()
    {
        T[] poisoned = [.. Batch.Hidden];
        (poisoned[3], poisoned[5]) = (T.NaN, T.PositiveInfinity);
        LayerBatch<T> batch = Batch with { Hidden = poisoned, Targets = [2, -100, 3, 2, 1] };

        LayerOutcome<T> outcome = batch.Run();

        LayerComparison.Compare(batch, outcome);
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias, .. outcome.Hidden], g => Assert.True(T.IsFinite(g)));
        Assert.All(outcome.Hidden[3..6], g => Assert.Equal(T.Zero, g));
        Assert.True(double.IsFinite(outcome.Result.Loss));
    }

    [Fact]
    public void Case32_NaNInACountedRowReachesItsOwnRowAndTheSums()
    {
        T[] poisoned = [.. Batch.Hidden];
        poisoned[4] = T.NaN;

        LayerOutcome<T> clean = (Batch with { Options = Sum }).Run(), outcome = (Batch with { Hidden = poisoned, Options = Sum }).Run();

        Assert.Equal(double.NaN, outcome.Result.Loss);
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias, .. outcome.Hidden[3..6]], g => Assert.True(T.IsNaN(g)));
        Exactly.SameBits<T>(clean.Hidden.AsSpan(0, 3), outcome.Hidden.AsSpan(0, 3), "hidden gradient before the row");
        Exactly.SameBits<T>(clean.Hidden.AsSpan(6), outcome.Hidden.AsSpan(6), "hidden gradient after the row");
        Assert.Equal(clean.Rows.Losses[4], outcome.Rows.Losses[4]);
        Assert.True(T.IsNaN(outcome.Rows.Losses[1]));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void Case33And34_ABiasOfMinusInfinityMasksAClass(int masked, int target)
    {
        double[] bias = [0, 0, 0];
        bias[masked] = double.NegativeInfinity;
        LayerBatch<T> batch = new LayerBatch<T>
        {
            Features = 1,
            Hidden = [T.One],
            Weights = Near.Rounded<T>(1, 2, 3),
            Bias = Near.Rounded<T>(bias),
            Targets = [target],
            Options = Sum,
        };

        LayerOutcome<T> away = batch.Run(), at = (batch with { Targets = [masked] }).Run();

        LayerComparison.Compare(batch, away);
        Assert.Equal(T.Zero, away.Bias[masked]);
        Assert.Equal(T.Zero, away.Weights[masked]);
        Assert.Equal(double.PositiveInfinity, at.Result.Loss);
        Assert.Equal(T.NegativeOne, at.Bias[masked]);
        Assert.True(T.IsFinite(at.Hidden[0]));
    }

    [Fact]
    public void Case38_TheSameTargetTwiceAccumulates()
    {
        LayerBatch<T> batch = new()
        {
            Features = 2,
            Hidden = Near.Rounded<T>(1, 2, 1, 2),
            Weights = Near.Rounded<T>(0, 0, 1, 1, -1, .5),
            Targets = [1, 1],
            Options = Sum,
        };
        LayerBatch<T> once = batch with { Hidden = batch.Hidden[..2], Targets = [1] };

        LayerOutcome<T> twice = batch.Run();

        LayerComparison.Compare(batch, twice);
        Assert.Equal(Array.ConvertAll(once.Run().Weights, g => g + g), twice.Weights);
    }

    [Fact]
    public void Case40_TheWeightAndBiasGradientsSumToZeroOverTheClasses()
    {
        LayerOutcome<T> outcome = Batch.Run();

        // Five rows of four residuals, each off by at most c = 16 + 2 x 5 unit roundoffs of its size; those sizes add up to at most 2 a row
        // before the mean, times hidden numbers of at most 3.
        double allowed = 26 * Near.Roundoff<T>() * 2 * 3;
        for (int d = 0; d < 3; d++)
        {
            Near.Equal(0.0, Enumerable.Range(0, 4).Sum(v => double.CreateChecked(outcome.Weights[(v * 3) + d])), allowed, $"feature {d}");
        }

        Near.Equal(0.0, Near.Doubles<T>(outcome.Bias).Sum(), allowed, "bias gradient");
    }

    [Fact]
    public void Case46_TwoMicroBatchesWithANormalizerAreTheBatch()
    {
        LayerBatch<T> first =
            Batch with { Hidden = Batch.Hidden[..6], Targets = [2, 0], Options = new() { Normalizer = 5, AccumulateGradients = true } };
        LayerBatch<T> second = Batch with { Hidden = Batch.Hidden[6..], Targets = [3, 2, 1], Options = first.Options };

        LayerOutcome<T> whole = Batch.Run(), front = first.Run(), back = second.Run();

        LayerComparison.Compare(Batch, whole);
        LayerComparison.Compare(first, front);
        LayerComparison.Compare(second, back);
        LayerComparison.Compare(Batch, whole with
        {
            Result = whole.Result with { Loss = front.Result.Loss + back.Result.Loss },
            Hidden = [.. front.Hidden, .. back.Hidden],
            Weights = [.. front.Weights.Zip(back.Weights, (a, b) => a + b)],
        });
    }

    [Fact]
    public void Case47_WeightAndBiasGradientsAccumulateAndTheHiddenOneIsOverwritten()
    {
        LayerBatch<T> batch = Batch with { Options = new() { AccumulateGradients = true } };

        LayerOutcome<T> outcome = batch.Run(before: 7);

        LayerComparison.Compare(batch, outcome, before: 7);
        Exactly.SameBits<T>(Batch.Run().Hidden, outcome.Hidden, "hidden gradient");
    }

    [Fact]
    public void Case47_WithoutAccumulationWhatWasThereIsGone()
    {
        LayerOutcome<T> clean = Batch.Run(), outcome = Batch.Run(before: double.NaN);

        Exactly.SameBits<T>(clean.Weights, outcome.Weights, "weight gradient");
        Exactly.SameBits<T>(clean.Bias, outcome.Bias, "bias gradient");
        Exactly.SameBits<T>(clean.Hidden, outcome.Hidden, "hidden gradient");
    }

    [Fact]
    public void TheFiveSpanFormIsTheSameComputation()
    {
        LayerBatch<T> batch = Batch with { Bias = null };
        LayerOutcome<T> expected = batch.Run();
        T[] hiddenGradient = new T[expected.Hidden.Length], weightGradient = new T[expected.Weights.Length];

        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            batch.Hidden, batch.Weights, batch.Targets!, hiddenGradient, weightGradient, batch.Options);

        Assert.Equal(expected.Result, result);
        Exactly.SameBits<T>(expected.Hidden, hiddenGradient, "hidden gradient");
        Exactly.SameBits<T>(expected.Weights, weightGradient, "weight gradient");
    }
}

public sealed class LayerInFloat : LayerCases<float>;

public sealed class LayerInDouble : LayerCases<double>;
