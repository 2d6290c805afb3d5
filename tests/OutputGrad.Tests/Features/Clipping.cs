using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>Rows clipped to <see cref="CrossEntropyOptions.MaxRowGradientNorm"/>, in every way in which the layer is worked on.</summary>
public abstract class Clipping<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 6;
    private const double Limit = 1.3;

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void SomeRowsAreScaledDownBeforeTheyAreSummed(int rows, int classes, bool isTight)
    {
        foreach (bool accumulates in (bool[])[false, true])
        {
            LayerBatch<T> batch = Batch(rows, classes, isTight);
            batch = batch with { Options = batch.Options with { AccumulateGradients = accumulates } };
            LayerOutcome<T> outcome = batch.Run(before: .5);

            LayerComparison.Compare(batch, outcome, before: .5);
            double[] norms = Near.Doubles<T>(outcome.Rows.GradientNorms);
            Assert.True(rows == 1 || (norms.Min() < Limit && norms.Max() > Limit), $"Norms are from {norms.Min()} to {norms.Max()}.");
        }
    }

    /// <summary>
    /// All rows but one have the weight 0, so that what is left of the gradient is that row's. Its length differs from the norm, which is
    /// measured before scaling, in the roundings of scaled residuals and their products with hidden numbers, 8 unit roundoffs, and by the
    /// sum of the squares in double.
    /// </summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void NoRowIsLongerThanTheLimit(int rows, int classes, bool isTight)
    {
        LayerBatch<T> batch = Batch(rows, classes, isTight);
        double allowed = (8 * Near.Roundoff<T>()) + ((classes + Features) * Near.Roundoff<double>());
        int clipped = 0;
        foreach (int row in Enumerable.Range(0, rows).Where(row => row % Math.Max(1, rows / 8) == 0))
        {
            T[] weights = new T[rows];
            weights[row] = T.CreateChecked(1.75);
            LayerOutcome<T> outcome = (batch with { RowWeights = weights }).Run();

            double norm = double.CreateChecked(outcome.Rows.GradientNorms[row]);
            Assert.All(outcome.Rows.GradientNorms.Where((_, n) => n != row), other => Assert.Equal(T.Zero, other));
            double length = Length([.. outcome.Weights, .. outcome.Bias]);
            Near.Equal(Math.Min(norm, Limit), length, allowed * Math.Min(norm, Limit), $"length of row {row}, which is {norm} by itself");
            clipped += norm > Limit ? 1 : 0;
        }

        Assert.True(clipped > 0);
    }

    /// <summary>A limit 6e-5 above the row's norm leaves every bit as it is; one as much below it is met.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(12)]
    public void TheLimitIsSharp(int rows)
    {
        const double Step = 1.0 / (1 << 14);
        LayerBatch<T> batch = Batch(rows, 40, isTight: false) with { RowWeights = [T.One, .. new T[rows - 1]] };
        LayerOutcome<T> free = (batch with { Options = new() { Reduction = Reduction.Sum } }).Run();
        double norm = double.CreateChecked(free.Rows.GradientNorms[0]), below = norm * (1 - Step);

        LayerOutcome<T> unclipped = (batch with { Options = batch.Options with { MaxRowGradientNorm = norm * (1 + Step) } }).Run();
        LayerOutcome<T> clipped = (batch with { Options = batch.Options with { MaxRowGradientNorm = below } }).Run();

        Exactly.SameBits(free, unclipped, "under a limit that is not met");
        double allowed = ((8 * Near.Roundoff<T>()) + (46 * Near.Roundoff<double>())) * below;
        Near.Equal(below, Length([.. clipped.Weights, .. clipped.Bias]), allowed, "length");
    }

    /// <summary>Hidden numbers of 1e30 and weights of 1e-30: the row's gradient is as long, and what is left of it is not.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    public void ALongRowIsCutToTheLimit(int rows)
    {
        LayerBatch<T> batch = Batch(rows, 40, isTight: false);
        batch = batch with
        {
            Bias = null,
            Hidden = Array.ConvertAll(batch.Hidden, h => (h + T.CreateChecked(3)) * T.CreateChecked(1e30)),
            Weights = Array.ConvertAll(batch.Weights, w => w * T.CreateChecked(1e-30)),
            RowWeights = [T.One, .. new T[rows - 1]],
        };

        LayerOutcome<T> outcome = batch.Run();

        Assert.True(double.CreateChecked(outcome.Rows.GradientNorms[0]) > 1e30);
        Near.Equal(Limit, Length(outcome.Weights), ((8 * Near.Roundoff<T>()) + (46 * Near.Roundoff<double>())) * Limit, "length");
    }

    /// <summary>Whether anyone asks for the norms, or for the other gradient, changes nothing.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void WhatIsNotAskedForChangesNothing(int rows, int classes, bool isTight)
    {
        LayerBatch<T> batch = Batch(rows, classes, isTight);
        LayerOutcome<T> expected = batch.Run();
        T[] weights = new T[batch.Weights.Length], bias = new T[classes];
        OutputLayer<T> layer = new(batch.Weights, batch.Bias);

        LinearCrossEntropy.LossAndGradient(layer, batch.Labeled(), new OutputGradients<T> { Weights = weights }, batch.Options);
        LinearCrossEntropy.LossAndGradient(layer, batch.Labeled(), new OutputGradients<T> { Bias = bias }, batch.Options);

        Exactly.SameBits<T>(expected.Weights, weights, "weight gradient");
        Exactly.SameBits<T>(expected.Bias, bias, "bias gradient");
    }

    /// <summary>A NaN is no length that could be clipped: it reaches the sums as ever.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void ARowOfNaNReachesTheSums(int rows)
    {
        LayerBatch<T> batch = Batch(rows, 20, isTight: false);
        T[] poisoned = [.. batch.Hidden];
        poisoned[Features + 1] = T.NaN;

        LayerOutcome<T> clean = batch.Run(), outcome = (batch with { Hidden = poisoned }).Run();

        Assert.True(T.IsNaN(outcome.Rows.GradientNorms[1]));
        Assert.All((T[])[.. outcome.Weights, .. outcome.Bias], g => Assert.True(T.IsNaN(g)));
        Exactly.SameBits<T>(clean.Rows.GradientNorms.AsSpan(2), outcome.Rows.GradientNorms.AsSpan(2), "norms of the other rows");
    }

    private static double Length(T[] gradient)
    {
        CompensatedSum squares = default;
        foreach (double g in Near.Doubles<T>(gradient))
        {
            squares.Add(g * g);
        }

        return Math.Sqrt(squares.Value);
    }

    private static LayerBatch<T> Batch(int rows, int classes, bool isTight)
    {
        RandomBatches random = new(rows + classes);
        LayerBatch<T> batch = new()
        {
            Features = Features,
            Hidden = random.Grid<T>(rows * Features, .125, 1),
            Weights = random.Grid<T>(classes * Features, .125, 1),
            Bias = random.Grid<T>(classes, .125, 1),
            Targets = [.. Enumerable.Range(0, rows).Select(n => n % classes)],
            RowWeights = [.. Enumerable.Range(0, rows).Select(n => T.CreateChecked(.5 + (n % 4)))],
            Options = new() { Reduction = Reduction.Sum, MaxRowGradientNorm = Limit },
        };
        return isTight ? batch.InLittleWorkspace() : batch;
    }
}

public sealed class ClippingInFloat : Clipping<float>;

public sealed class ClippingInDouble : Clipping<double>;
