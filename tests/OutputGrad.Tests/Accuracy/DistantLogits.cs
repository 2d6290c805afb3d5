using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// Logits of type float whose distance to the largest is beyond float: the loss, which is a double, is finite. Losses per row are floats,
/// and infinite where they are too large for one.
/// </summary>
public class DistantLogits
{
    private const int Classes = Ways.ManyClasses;
    private const float Far = 3e38f;

    private static readonly double[] ClassWeights = [.5, 1.75, 2, 1];

    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };
    private static readonly CrossEntropyOptions Smoothed = Sum with { LabelSmoothing = .25 };

    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void SoftTargets(Way way)
    {
        SharedLogits<float> problem = new() { Logits = [Far, -Far], SoftTarget = [.2f, .8f] };

        Check(problem, way);
        Check(problem with { Options = Smoothed }, way);
        Check(problem with { Options = Sum with { ClassWeights = ClassWeights.AsMemory(0, 2) } }, way);
        Check(problem with { Options = Smoothed with { ClassWeights = ClassWeights.AsMemory(0, 2) } }, way);
        Check(problem with { SoftTarget = [1, 0] }, way);
    }

    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void SmoothedClassIndices(Way way)
    {
        SharedLogits<float> problem = new() { Logits = [Far, -Far, 0, -Far], Targets = [0], Options = Smoothed };

        foreach (int target in (int[])[0, 1, 2])
        {
            Check(problem with { Targets = [target] }, way);
            Check(problem with { Targets = [target], Options = Smoothed with { ClassWeights = ClassWeights } }, way);
        }
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void ClassIndices(Way way)
    {
        foreach (int target in (int[])[0, 1, 2])
        {
            Check(new() { Logits = [-Far, Far, 0], Targets = [target] }, way);
        }
    }

    /// <summary>
    /// Blocks of classes whose own largest logit is the row's largest, in the middle, or the lowest; a gap within a block and between
    /// blocks.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void WhereverTheyStand(Way way)
    {
        foreach (int largest in (int[])[0, 511, 512, 1_024, Classes - 1])
        {
            float[] logits = [.. Enumerable.Range(0, Classes).Select(c => c < 512 ? -Far : c < 1_024 ? 0 : c % 2 == 0 ? -Far : 1e38f)];
            logits[largest] = Far;
            float[] soft = Array.ConvertAll(new RandomBatches(largest).Anywhere<float>(Classes, 2.0 / Classes), Math.Abs);

            Check(new() { Logits = logits, SoftTarget = soft }, way);
            Check(new() { Logits = logits, Targets = [700], Options = Smoothed }, way);
        }
    }

    /// <summary>A single class far away, whose weight is so small that the loss of the row is a float.</summary>
    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void ASmallWeightFarAwayIsAFiniteLossOfItsRow(Way way)
    {
        SharedLogits<float> problem = new() { Logits = [Far, -Far, Far], SoftTarget = [.5f, 1e-30f, .5f] };

        Check(problem, way);
        Assert.All(problem.Run(way).Rows.Losses, loss => Assert.True(float.IsFinite(loss)));
    }

    private static void Check(SharedLogits<float> problem, Way way) => PreciseComparison.Check(problem, [way]);
}
