using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>A fit reaches the minimum of its objective, and says truly where it ended.</summary>
public abstract class Fits<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Slopes that are reached in the type.</summary>
    protected abstract double Tolerance { get; }

    [Theory]
    [InlineData(60, 5, 3, .1)]
    [InlineData(60, 5, 3, .001)]
    [InlineData(300, 40, 12, .01)]
    [InlineData(40, 90, 2, .01)]
    [InlineData(7, 1, 5, 1)]
    public void TheMinimumIsReached(int count, int features, int classes, double l2)
    {
        ClusteredRows<T> rows = new(count, features, classes);

        FitReport report = Fit(rows, new() { L2 = l2, GradientTolerance = Tolerance });

        Assert.Equal(StopReason.Converged, report.Reason);
        double objective = ProbeOracle.Objective(rows, l2);
        Assert.Equal(objective, report.Objective, 1e-6 * objective);
        Assert.InRange(report.LargestSlope, 0, Tolerance);

        // the objective is strongly convex in W, and by the sum of b it does not change: no point is lower by more than |slopes|^2 / (2 l2)
        double[] weights = Near.Doubles<T>(rows.Weights), bias = Near.Doubles<T>(rows.Bias);
        Random random = new(2);
        for (int trial = 0; trial < 20; trial++)
        {
            double size = Math.Pow(10, -random.Next(1, 6));
            double[] elsewhere = [.. weights.Select(weight => weight + (size * (random.NextDouble() - .5)))];
            double[] elsewhereInBias = [.. bias.Select(number => number + (size * (random.NextDouble() - .5)))];
            Assert.True(ProbeOracle.Objective(rows, l2, elsewhere, elsewhereInBias) >= objective - (1e-7 * objective));
        }
    }

    [Fact]
    public void SlopesAtTheMinimumAreThoseOfFiniteDifferences()
    {
        ClusteredRows<T> rows = new(50, 6, 4);
        Fit(rows, new() { L2 = .01, GradientTolerance = Tolerance });
        double[] weights = Near.Doubles<T>(rows.Weights), bias = Near.Doubles<T>(rows.Bias);

        double[] slopes = [.. weights.Select((_, i) => FiniteDifference.Slope(weights, i, Objective)),
            .. bias.Select((_, i) => FiniteDifference.Slope(bias, i, Objective))];

        Assert.All(slopes, slope => Assert.InRange(Math.Abs(slope), 0, Tolerance + 1e-6));
        double Objective() => ProbeOracle.Objective(rows, .01, weights, bias);
    }

    [Fact]
    public void TheReportIsOfTheParametersLeftInPlace()
    {
        ClusteredRows<T> rows = new(80, 9, 5);
        ClusteredRows<T> others = new(30, 9, 5, seed: 2);
        Assert.Equal((1e-4, 1000, 10), (new FitOptions().GradientTolerance, new FitOptions().MaxIterations, new FitOptions().History));
        FitOptions options = new() { L2 = .02, MaxIterations = 7, GradientTolerance = 0 };

        FitReport report = LinearProbe.Fit<T>(rows.Weights, rows.Bias, rows.Batch, options, others.Batch);

        Assert.Equal((StopReason.MaxIterations, 7), (report.Reason, report.Iterations));
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, rows.Batch).Loss, report.Loss, "loss");
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, others.Batch).Loss, report.ValidationLoss!.Value, "validation loss");
        Assert.Equal(report.Loss + (.01 * Near.Doubles<T>(rows.Weights).Sum(weight => weight * weight)), report.Objective, 1e-12);
        FitReport again = LinearProbe.Fit<T>(rows.Weights, rows.Bias, rows.Batch, options with { MaxIterations = 0 }, others.Batch);
        Assert.Equal(report with { Iterations = 0, Evaluations = 1 }, again);
    }

    [Fact]
    public void AFitGoesOnFromWhereItStands()
    {
        ClusteredRows<T> rows = new(120, 10, 6);
        FitOptions options = new() { L2 = .01, GradientTolerance = Tolerance };
        FitReport cold = Fit(rows, options);
        T[] fitted = [.. rows.Weights];

        FitReport warm = Fit(rows, options);

        Assert.Equal((0, 1, StopReason.Converged), (warm.Iterations, warm.Evaluations, warm.Reason));
        Exactly.SameBits<T>(fitted, rows.Weights, "weights");
        Assert.InRange(cold.Iterations, 5, 1000);
        Assert.True(cold.Evaluations > cold.Iterations);
    }

    [Fact]
    public void TheDefaultPenaltyIsThatOfOneOverTheRowsThatCount()
    {
        ClusteredRows<T> byDefault = new(70, 8, 4), explicitly = new(70, 8, 4);
        foreach (int row in (int[])[3, 20, 69])
        {
            byDefault.Targets[row] = explicitly.Targets[row] = -100;
        }

        FitReport report = Fit(byDefault, new());

        Assert.Equal(Fit(explicitly, new() { L2 = 1.0 / 67 }), report);
        Exactly.SameBits<T>(explicitly.Weights, byDefault.Weights, "weights");
    }

    [Fact]
    public void BalancedClassesAreThoseWeightedByTheirRows()
    {
        ClusteredRows<T> balanced = new(90, 8, 4), weighted = new(90, 8, 4);
        for (int row = 4; row < 60; row++)
        {
            balanced.Targets[row] = weighted.Targets[row] = row % 7 == 0 ? 1 : 0;
        }

        double[] own = [1, 2, .5, 3];
        double[] weights = [.. own.Select((weight, c) => weight * (90 / (4.0 * weighted.Targets.Count(target => target == c))))];
        FitOptions options = new() { ClassBalance = ClassBalance.Balanced, Loss = new() { ClassWeights = own } };

        FitReport report = Fit(balanced, options);

        Assert.Equal(Fit(weighted, new() { Loss = new() { ClassWeights = weights } }), report);
        Exactly.SameBits<T>(weighted.Weights, balanced.Weights, "weights");
    }

    [Fact]
    public void RowsByIndexAreTheCopiedRows()
    {
        ClusteredRows<T> all = new(60, 7, 4), copied = new(30, 7, 4);
        int[] picked = [.. Enumerable.Range(0, 30).Select(i => (i * 37) % 60)];
        for (int i = 0; i < picked.Length; i++)
        {
            all.Hidden.AsSpan(picked[i] * 7, 7).CopyTo(copied.Hidden.AsSpan(i * 7));
            copied.Targets[i] = all.Targets[picked[i]];
        }

        FitReport report = LinearProbe.Fit<T>(all.Weights, all.Bias, new LabeledBatch<T>(all.Hidden, all.Targets) { RowIndices = picked });

        Assert.Equal(Fit(copied, new()), report);
        Exactly.SameBits<T>(copied.Weights, all.Weights, "weights");
    }

    [Fact]
    public void ALayerWithoutBiasIsFitted()
    {
        ClusteredRows<T> rows = new(60, 7, 4);

        FitReport report = LinearProbe.Fit(rows.Weights, [], rows.Batch, new() { L2 = .01, GradientTolerance = Tolerance });

        Assert.Equal(StopReason.Converged, report.Reason);
        Assert.Equal(ProbeOracle.Objective(rows, .01), report.Objective, 1e-6);
    }

    /// <summary>Targets of one class alone, told in both ways.</summary>
    [Fact]
    public void SoftTargetsAreFitted()
    {
        ClusteredRows<T> soft = new(60, 7, 4), hard = new(60, 7, 4);
        T[] probabilities = new T[60 * 4];
        for (int row = 0; row < 60; row++)
        {
            probabilities[(row * 4) + soft.Targets[row]] = T.One;
        }

        FitReport report = LinearProbe.Fit<T>(
            soft.Weights, soft.Bias, new(soft.Hidden, probabilities, 60), new() { GradientTolerance = Tolerance });

        Assert.Equal(Fit(hard, new() { GradientTolerance = Tolerance }).Objective, report.Objective, 1e-6);
    }

    /// <summary>Where nothing is left to gain, a fit ends by itself, at the minimum.</summary>
    [Fact]
    public void AFitThatCannotGetAnyLowerSaysSo()
    {
        ClusteredRows<T> rows = new(100, 12, 5);

        FitReport report = Fit(rows, new() { L2 = .01, GradientTolerance = 0 });

        Assert.Equal(StopReason.NoProgress, report.Reason);
        Assert.InRange(report.LargestSlope, 0, Tolerance);
        Assert.Equal(ProbeOracle.Objective(rows, .01), report.Objective, 1e-6);
    }

    /// <summary>One row, or rows that are all alike: without a penalty there is nothing that bounds the weights but the targets.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(20, 6)]
    [InlineData(20, 384)]
    public void FeaturesThatDoNotVaryAreFitted(int count, int features)
    {
        ClusteredRows<T> rows = new(count, features, 1);
        for (int row = 1; row < count; row++)
        {
            rows.Hidden.AsSpan(0, features).CopyTo(rows.Hidden.AsSpan(row * features));
            rows.Targets[row] = row % 4 == 0 ? 1 : 0;
        }

        T[] weights = new T[2 * features], bias = new T[2];

        FitReport report = LinearProbe.Fit<T>(weights, bias, rows.Batch, new() { L2 = 0 });

        Assert.Equal(StopReason.Converged, report.Reason);
        double share = rows.Targets.Average();
        Assert.Equal(share == 0 ? 0 : -(share * Math.Log(share)) - ((1 - share) * Math.Log(1 - share)), report.Loss, 1e-3);
        Assert.All(weights, weight => Assert.InRange(double.CreateTruncating(weight), -100, 100));
    }

    /// <summary>Weights of features that are so much smaller are as much larger, and so are their slopes smaller.</summary>
    [Theory]
    [InlineData(1 / 64.0)]
    [InlineData(64)]
    public void FeaturesOfAnySizeAreFitted(double size)
    {
        ClusteredRows<T> rows = new(60, 7, 4);
        for (int i = 0; i < rows.Hidden.Length; i++)
        {
            rows.Hidden[i] *= T.CreateChecked(size);
        }

        FitReport report = Fit(rows, new() { L2 = .01 * size * size, GradientTolerance = 1e-4 * Math.Min(1, size) });

        Assert.Equal(StopReason.Converged, report.Reason);
        ClusteredRows<T> plain = new(60, 7, 4);
        Assert.Equal(Fit(plain, new() { L2 = .01, GradientTolerance = Tolerance }).Objective, report.Objective, 1e-5);
    }

    /// <summary>A mean far from 0, as embeddings often have it, changes nothing on the way down: the bias takes it up.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 8)]
    [InlineData(.25, -3)]
    public void TheWayDoesNotDependOnTheMeanOrTheLogitScale(double logitScale, int mean)
    {
        ClusteredRows<T> plain = new(200, 20, 7), moved = new(200, 20, 7);
        for (int i = 0; i < moved.Hidden.Length; i++)
        {
            moved.Hidden[i] = (moved.Hidden[i] + T.CreateChecked(mean)) / T.CreateChecked(logitScale);
        }

        FitOptions options = new() { L2 = .01, GradientTolerance = 0, MaxIterations = 8 };
        FitReport report = Fit(plain, options);
        FitReport other = Fit(moved, options with { Loss = new() { LogitScale = logitScale } });

        Assert.Equal(report.Evaluations, other.Evaluations);
        Assert.Equal(report.Objective, other.Objective, .1 * Tolerance);
    }

    private static FitReport Fit(ClusteredRows<T> rows, FitOptions options) =>
        LinearProbe.Fit(rows.Weights, rows.Bias, rows.Batch, options);
}

public sealed class FitsInFloat : Fits<float>
{
    protected override double Tolerance => 3e-6;
}

public sealed class FitsInDouble : Fits<double>
{
    protected override double Tolerance => 1e-9;
}
