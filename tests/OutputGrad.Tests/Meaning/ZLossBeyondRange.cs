using System.Numerics;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>
/// A z-loss whose slope is beyond the range is infinite at the classes that have a probability, and 0 at those that have none.
/// </summary>
public abstract class ZLossBeyondRange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // 600 more classes, so that the largest logit is in another block than they are
    private const int Classes = 603;

    private static readonly CrossEntropyOptions Options = new() { Reduction = Reduction.Sum, ZLoss = 30 };

    private static readonly T Huge = T.CreateTruncating(typeof(T) == typeof(float) ? float.MaxValue / 2 : double.MaxValue / 2);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(602, 1)]
    [InlineData(1, 3)]
    [InlineData(1, 17)]
    [InlineData(1, 40)]
    public void ALayersGradientIsInfiniteOnlyWhereTheProbabilityIs(int target, int rows)
    {
        T[] weights = new T[Classes];
        (weights[0], weights[2], weights[^1]) = (Huge, T.NegativeInfinity, T.One);
        T[] hidden = [.. Enumerable.Repeat(T.One, rows)], rowWeights = [.. Enumerable.Repeat(T.CreateTruncating(4), rows)];
        T[] gradient = new T[Classes], bias = new T[Classes], norms = new T[rows];

        LinearCrossEntropy.LossAndGradient(
            new OutputLayer<T>(weights, new T[Classes]),
            new LabeledBatch<T>(hidden, Enumerable.Repeat(target, rows).ToArray()) { RowWeights = rowWeights },
            new OutputGradients<T> { Weights = gradient, Bias = bias },
            Options,
            new RowResults<T> { GradientNorms = norms });

        Assert.Equal(T.PositiveInfinity, gradient[0]);
        for (int c = 1; c < Classes; c++)
        {
            Assert.Equal(T.CreateTruncating(c == target ? -4 * rows : 0), gradient[c]);
        }

        Assert.Equal(gradient, bias);
        Assert.All(norms, norm => Assert.Equal(T.PositiveInfinity, norm));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void SoIsThatOfLogits(int target)
    {
        T[] logits = new T[Classes], gradient = new T[Classes], norms = new T[1];
        (logits[0], logits[2]) = (Huge, T.NegativeInfinity);

        SoftmaxCrossEntropy.LossAndGradient(
            logits,
            (int[])[target],
            gradient,
            Options with { Normalizer = .25 },
            rowWeights: (T[])[T.CreateTruncating(4)],
            new RowResults<T> { GradientNorms = norms });

        Assert.Equal(T.PositiveInfinity, norms[0]);
        Assert.Equal(T.PositiveInfinity, gradient[0]);
        for (int c = 1; c < Classes; c++)
        {
            Assert.Equal(T.CreateTruncating(c == target ? -16 : 0), gradient[c]);
        }
    }

    [Fact]
    public void UnderADenseTargetTheRestOfTheGradientStays()
    {
        T[] logits = [Huge, T.Zero, T.One], gradient = new T[3];

        SoftmaxCrossEntropy.LossAndGradient(logits, (int[])[1], gradient, Options with { Normalizer = .25, LabelSmoothing = .3 });

        Assert.Equal(T.PositiveInfinity, gradient[0]);
        Near.Equal(-3.2, double.CreateTruncating(gradient[1]), 1e-6, "class 1");
        Near.Equal(-.4, double.CreateTruncating(gradient[2]), 1e-6, "class 2");
    }
}

public sealed class ZLossBeyondRangeInFloat : ZLossBeyondRange<float>;

public sealed class ZLossBeyondRangeInDouble : ZLossBeyondRange<double>
{
    /// <summary>A slope that is beyond the range before it is shared among four classes, and not after.</summary>
    [Fact]
    public void WhatProbabilitiesBringBackIsWhatItIs()
    {
        const double ZLoss = 1e300, Weight = 7.5e7;
        double[] logits = [1, 1, 1, 1], ofLogits = new double[4], ofLayer = new double[4];
        CrossEntropyOptions options = new() { Reduction = Reduction.Sum, ZLoss = ZLoss };
        LabeledBatch<double> batch = new([1], (int[])[2]) { RowWeights = (double[])[Weight] };

        SoftmaxCrossEntropy.LossAndGradient(logits, (int[])[2], ofLogits, options, rowWeights: (double[])[Weight]);
        LinearCrossEntropy.LossAndGradient(new OutputLayer<double>(logits), batch, new() { Weights = ofLayer }, options);

        double expected = 2 * ZLoss * (1 + Math.Log(4)) * .25 * Weight;
        Assert.True(double.IsFinite(expected) && double.IsInfinity(4 * expected));
        Assert.All((double[])[.. ofLogits, .. ofLayer], slope => Near.Equal(expected, slope, 1e-14 * expected, "slope"));
    }
}
