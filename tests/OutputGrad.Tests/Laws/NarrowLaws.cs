using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>Weights and hidden vectors of 16 bits give the very bits of the same call on the widened numbers.</summary>
public class NarrowLaws
{
    /// <summary>
    /// What numbers of up to 3 on a grid of 1/64 are multiplied by: a third fills their fractions; some are subnormal halves, or large.
    /// </summary>
    private static readonly double[] Spreads = [1 / 3d, 1 / 3d, 1 / 50_000d, 40 / 3d];

    [Law]
    public void GradientsAndLossAreThoseOfTheWidenedNumbers(LayerProblem problem, int seed)
    {
        Narrow<double>(problem, seed).CompareWidened();
        Narrow<float>(problem, seed).CompareWidened();
    }

    [Law]
    public void FilteredAndClippedGradientsAreThoseOfTheWidenedNumbers(LayerProblem problem, int seed)
    {
        LayerProblem filtered = problem.With(options => options with
        {
            HiddenFilterThreshold = Chosen.Threshold(seed),
            WeightFilterThreshold = Chosen.Threshold(~seed),
            MaxRowGradientNorm = Chosen.Factor(seed),
        });
        Narrow<double>(filtered, seed).CompareWidened();
        Narrow<float>(filtered, seed).CompareWidened();
    }

    [Law]
    public void RowsByIndexAreThoseOfTheWidenedNumbers(LayerProblem problem, int seed)
    {
        if (problem.Labels.Rows == 0)
        {
            return;
        }

        LayerProblem picked = problem.PickRows(Chosen.Some(problem.Labels.Rows, seed));
        Narrow<double>(picked, seed).CompareWidened();
        Narrow<float>(picked, seed).CompareWidened();
    }

    [Law]
    public void StepsByHiddenVectorsOf16BitsAreThoseByTheWidenedOnes(LayerProblem problem, int seed)
    {
        LayerProblem stepped = problem.With(options => options with
        {
            AccumulateGradients = false,
            MaxRowGradientNorm = seed % 2 == 0 ? null : Chosen.Factor(seed),
        });
        Narrow<double>(stepped, seed).CompareWidenedStep();
        Narrow<float>(stepped, seed).CompareWidenedStep();
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void ShardsAreThoseOfTheWidenedNumbers(LayerProblem problem, int seed)
    {
        LayerProblem shardable = problem.With(options => options with { LabelSmoothing = 0 });
        int[] cuts = Chosen.Cuts(problem.Labels.Classes, seed);
        Narrow<double>(shardable, seed).CompareWidenedShards(cuts);
        Narrow<float>(shardable, seed).CompareWidenedShards(cuts);
    }

    /// <summary>In T no number is changed but by its own format; bias, targets and row weights stay as they are.</summary>
    private static LayerBatch<T> Narrow<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (StoredFormat weights, StoredFormat hidden) = StoredFormats.Pairs[Chosen.Count(StoredFormats.Pairs.Length - 1, seed)];
        double spread = Spreads[Chosen.Count(Spreads.Length - 1, ~seed)];
        LayerProblem spreadOut = problem with
        {
            Hidden = Matrix.Scaled(problem.Hidden, spread),
            Weights = Matrix.Scaled(problem.Weights, spread),
        };
        return spreadOut.ToBatch<T>().Stored(weights, hidden);
    }
}
