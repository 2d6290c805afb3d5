using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// Losses and residuals of targets with a weight at every class, over up to a million of them: off by at most u (16 + log2 V) times the sum
/// of the absolute values of their terms, however many terms that is.
/// </summary>
/// <remarks>
/// Logits are multiples of 1/64 below 16, or of 1/4 below 4096: they and their differences are exact in both types. The result of a batch
/// is a sum of rows that are all alike, to which each adds a roundoff of double.
/// </remarks>
public abstract class DenseTargets<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Smoothing = .1;

    private static readonly Way[] Stored = [Way.Logits, Way.LogitsInPlace, Way.FewRows, Way.Tiles];

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void SoftTargetsOfEqualLogitsAndWeights(int classes) => Check(Equal(classes));

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void SoftTargetsOfAnyWeights(int classes)
    {
        Check(Random(classes) with { SoftTarget = AnyWeights(classes) });
        Check(Spread(classes) with { SoftTarget = AnyWeights(classes) });
    }

    /// <summary>
    /// One logit above equal ones, and the target all its own: S is 1 and a sum of equal terms, every one of which may round the same way
    /// when it is added to 1.
    /// </summary>
    [Theory]
    [InlineData(200)]
    [InlineData(512)]
    [InlineData(1_000)]
    [InlineData(10_000)]
    public void AOneHotSoftTargetAboveEqualLogits(int classes)
    {
        T[] target = new T[classes];
        target[0] = T.One;
        for (int step = -8; step <= 12; step++)
        {
            // around the logarithm of the classes, where the others have half of the probability
            T[] logits = new T[classes];
            logits[0] = T.CreateChecked(Math.Round((64 * Math.Log(classes)) + (5 * step)) / 64);
            Check(new SharedLogits<T> { Logits = logits, SoftTarget = target });
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void SmoothedClassIndices(int classes)
    {
        CrossEntropyOptions smoothed = new() { LabelSmoothing = Smoothing, Reduction = Reduction.Sum };
        foreach (SharedLogits<T> logits in (SharedLogits<T>[])[new() { Logits = new T[classes] }, Random(classes), Spread(classes)])
        {
            Check(logits with { Targets = [classes / 3], Options = smoothed });
            Check(logits with { Targets = [classes / 3], Options = smoothed with { ClassWeights = ClassWeights(classes) } });
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void SoftTargetsOfWeightedClasses(int classes)
    {
        CrossEntropyOptions weighted = new() { ClassWeights = ClassWeights(classes), Reduction = Reduction.Sum };
        foreach (SharedLogits<T> logits in (SharedLogits<T>[])[Equal(classes), Random(classes) with { SoftTarget = AnyWeights(classes) }])
        {
            Check(logits with { Options = weighted });
            Check(logits with { Options = weighted with { LabelSmoothing = Smoothing } });
        }
    }

    [Fact]
    public void AMillionClasses()
    {
        const int Classes = 1_000_000;
        CrossEntropyOptions all = new() { ClassWeights = ClassWeights(Classes), LabelSmoothing = Smoothing, Reduction = Reduction.Sum };
        SharedLogits<T> random = Random(Classes) with { RowCount = 1 };
        Way[] ways = [Way.Logits, Way.FewRows];

        PreciseComparison.Check(Equal(Classes) with { RowCount = 1 }, ways);
        PreciseComparison.Check(random with { SoftTarget = AnyWeights(Classes), Options = all }, ways);
        PreciseComparison.Check(random with { Targets = [Classes / 2], Options = all }, ways);
    }

    /// <summary>With 10,000 classes also in little workspace.</summary>
    private static void Check(SharedLogits<T> problem) =>
        PreciseComparison.Check(problem, problem.Classes == 10_000 ? [.. Stored, Way.Recomputed] : Stored);

    /// <summary>Nothing tells the classes apart: the loss is log V, and the residuals what rounding makes of 1/V.</summary>
    private static SharedLogits<T> Equal(int classes)
    {
        T[] soft = new T[classes];
        Array.Fill(soft, T.CreateChecked(1.0 / classes));
        return new() { Logits = new T[classes], SoftTarget = soft };
    }

    private static SharedLogits<T> Random(int classes) => new() { Logits = new RandomBatches(classes).Grid<T>(classes, 1 / 64.0, 16) };

    private static SharedLogits<T> Spread(int classes) => new() { Logits = new RandomBatches(classes + 1).Grid<T>(classes, .25, 4096) };

    private static T[] AnyWeights(int classes) => Array.ConvertAll(
        new RandomBatches(classes + 2).Anywhere<T>(classes, 2.0 / classes),
        T.Abs);

    private static double[] ClassWeights(int classes) => Array.ConvertAll(
        new RandomBatches(classes + 3).Anywhere<double>(classes, 2),
        Math.Abs);
}

public sealed class DenseTargetsInFloat : DenseTargets<float>;

public sealed class DenseTargetsInDouble : DenseTargets<double>;
