using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Narrow;

/// <summary>
/// Infinities, NaN, zeros of both signs, and the smallest and largest numbers of 16 bits: they do what they do as T. Which NaN comes out is
/// the hardware's choice.
/// </summary>
public abstract class NarrowSpecialValues<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 35;

    private static readonly double[] Values =
    [
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0d, 65504, -65504, Math.ScaleB(1, -24), -Math.ScaleB(1023, -24),
        Math.ScaleB(1, -14),
    ];

    /// <summary>Few rows, and more; the last classes are an edge of the tile.</summary>
    [Theory]
    [InlineData(3, 21)]
    [InlineData(25, 21)]
    [InlineData(25, 530)]
    public void TheyAreThoseOfTheWidenedNumbers(int rows, int classes)
    {
        foreach ((StoredFormat weights, StoredFormat hidden) in StoredFormats.Pairs)
        {
            foreach (double value in Values)
            {
                LayerBatch<T> batch = new RandomBatches(rows).NarrowLayer<T>(rows, classes, Features, (weights, hidden));
                (batch.Weights[0], batch.Weights[^1]) = (T.CreateTruncating(value), T.CreateTruncating(value));
                Compare(batch.Stored(weights, hidden), $"weights of {value}");
                (batch.Weights[0], batch.Weights[^1]) = (T.One, T.One);
                (batch.Hidden[1], batch.Hidden[^1]) = (T.CreateTruncating(value), T.CreateTruncating(value));
                Compare(batch.Stored(weights, hidden), $"hidden numbers of {value}");
            }
        }
    }

    /// <summary>The whole range of bfloat16, far beyond that of Half.</summary>
    [Fact]
    public void NumbersOfBFloat16MayBeBeyondHalf()
    {
        LayerBatch<T> batch = new RandomBatches(1).NarrowLayer<T>(9, 21, Features, (StoredFormat.BFloat16, StoredFormat.BFloat16)) with
        {
            Options = new(),
        };
        LayerBatch<T> far = batch with
        {
            Weights = Array.ConvertAll(batch.Weights, weight => T.ScaleB(weight, 100)),
            Hidden = Array.ConvertAll(batch.Hidden, number => T.ScaleB(number, -100)),
        };
        far.CompareWidened();
        Exactly.SameBits(batch.Run().Rows.LogSumExp.AsSpan(), far.Run().Rows.LogSumExp, "log sum exp");
    }

    private static void Compare(LayerBatch<T> batch, string what) =>
        Exactly.SameBits(OneNaN(batch.Widened().Run()), OneNaN(batch.Run()), $"{batch.WeightFormat} and {batch.HiddenFormat}, {what}");

    private static LayerOutcome<T> OneNaN(LayerOutcome<T> outcome) => new(
        outcome.Result with { Loss = double.IsNaN(outcome.Result.Loss) ? double.NaN : outcome.Result.Loss },
        OneNaN(outcome.Hidden),
        OneNaN(outcome.Weights),
        OneNaN(outcome.Bias),
        outcome.Rows with
        {
            Losses = OneNaN(outcome.Rows.Losses),
            LogSumExp = OneNaN(outcome.Rows.LogSumExp),
            GradientNorms = OneNaN(outcome.Rows.GradientNorms),
            Entropies = OneNaN(outcome.Rows.Entropies),
        });

    private static T[] OneNaN(T[] numbers) => Array.ConvertAll(numbers, number => T.IsNaN(number) ? T.NaN : number);
}

public sealed class NarrowSpecialValuesInFloat : NarrowSpecialValues<float>;

public sealed class NarrowSpecialValuesInDouble : NarrowSpecialValues<double>;
