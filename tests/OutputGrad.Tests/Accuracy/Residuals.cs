using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// From exact logits a residual is off by at most u (16 + log2 V) times the sum of the absolute values of its terms, A p_c, a_c and the
/// z-loss's. Of a plain class index it has no term but itself.
/// </summary>
public abstract class Residuals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void OfClassIndices(int classes) => CheckEach(classes, new());

    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void WithZLoss(int classes)
    {
        CheckEach(classes, new() { ZLoss = 1e-3 });
        CheckEach(classes, new() { ZLoss = .5, ClassWeights = ClassWeights(classes) });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void OfSmoothedClassIndices(int classes)
    {
        CheckEach(classes, new() { LabelSmoothing = .1 });
        CheckEach(classes, new() { LabelSmoothing = .9, ZLoss = 1e-3, ClassWeights = ClassWeights(classes) });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void OfSoftTargets(int classes)
    {
        T[] soft = Array.ConvertAll(new RandomBatches(classes).Anywhere<T>(classes, 2.0 / classes), T.Abs);
        foreach (SharedLogits<T> logits in Logits(classes))
        {
            Check(logits with { SoftTarget = soft, Options = new() });
            Check(logits with { SoftTarget = soft, Options = new() { ZLoss = 1e-2, LabelSmoothing = .1 } });
        }
    }

    /// <summary>
    /// Soft targets that are the probabilities, rounded: what is left is what the rounding took away, and the terms are 2 p.
    /// </summary>
    [Theory]
    [InlineData(10)]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void OfSoftTargetsNearTheProbabilities(int classes)
    {
        foreach (SharedLogits<T> logits in Logits(classes))
        {
            PreciseRow row = (logits with { Targets = [0] }).Precise(0);
            T[] soft = [.. Enumerable.Range(0, classes).Select(c => T.CreateChecked((double)row.Probability(c)))];

            Check(logits with { SoftTarget = soft, Options = new() });
        }
    }

    /// <summary>
    /// Targets that are likely and unlikely, the first class and the first of a block; of very many classes one for each row of logits.
    /// </summary>
    private static void CheckEach(int classes, CrossEntropyOptions options)
    {
        foreach ((int k, SharedLogits<T> logits) in Logits(classes).Index())
        {
            int[] targets = [0, Math.Min(512, classes - 1), Array.IndexOf(logits.Logits, logits.Logits.Max())];
            foreach (int target in classes > 10_000 ? [targets[k]] : targets.Distinct())
            {
                Check(logits with { Targets = [target], Options = options });
            }
        }
    }

    /// <summary>By every way that takes the target; in little workspace where that leaves no room for the logits.</summary>
    private static void Check(SharedLogits<T> problem)
    {
        bool isPlain = problem.SoftTarget is null && problem.Options.LabelSmoothing == 0;
        PreciseComparison.Check(
            problem with { Options = problem.Options with { Reduction = Reduction.Sum } },
            Enum.GetValues<Way>().Where(way => (isPlain || !way.IsSharded())
                && (way != Way.Recomputed || problem.Classes >= Ways.ManyClasses)));
    }

    /// <summary>Close together, spread over 32, and one far above the others.</summary>
    private static SharedLogits<T>[] Logits(int classes)
    {
        RandomBatches random = new(classes);
        T[] confident = random.Grid<T>(classes, 1 / 64.0, 1);
        confident[classes / 2] = T.CreateChecked(40);
        return
        [
            new() { Logits = random.Grid<T>(classes, 1 / 64.0, 1) },
            new() { Logits = random.Grid<T>(classes, 1 / 64.0, 16) },
            new() { Logits = confident },
        ];
    }

    private static double[] ClassWeights(int classes) => Array.ConvertAll(
        new RandomBatches(classes + 1).Anywhere<double>(classes, 2),
        Math.Abs);
}

public sealed class ResidualsInFloat : Residuals<float>;

public sealed class ResidualsInDouble : Residuals<double>;
