using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>Gradients from numbers of 16 bits against measured slopes of the loss of the widened numbers.</summary>
public class NarrowSlopeLaws
{
    [Law]
    public void TheHiddenGradientIsTheSlopeOfTheWidenedLoss(LayerProblem problem, int seed)
    {
        (LayerProblem widened, LayerOutcome<double> narrow) = Run(problem, seed);
        LayerSlopes.CheckHidden(widened, narrow.Hidden);
    }

    [Law]
    public void TheWeightGradientIsTheSlopeOfTheWidenedLoss(LayerProblem problem, int seed)
    {
        (LayerProblem widened, LayerOutcome<double> narrow) = Run(problem, seed);
        LayerSlopes.CheckWeights(widened, narrow.Weights);
    }

    [Law]
    public void TheBiasGradientIsTheSlopeOfTheWidenedLoss(LayerProblem problem, int seed)
    {
        (LayerProblem widened, LayerOutcome<double> narrow) = Run(problem, seed);
        LayerSlopes.CheckBias(widened, narrow.Bias);
    }

    /// <summary>A third of the numbers drawn, rounded to 16 bits, as doubles; and what the library makes of them in 16 bits.</summary>
    private static (LayerProblem Widened, LayerOutcome<double> Narrow) Run(LayerProblem problem, int seed)
    {
        (StoredFormat weights, StoredFormat hidden) = StoredFormats.Pairs[Chosen.Count(StoredFormats.Pairs.Length - 1, seed)];
        LayerProblem widened = problem with
        {
            Hidden = NarrowNumbers.Rounded(hidden, Matrix.Scaled(problem.Hidden, 1 / 3d)),
            Weights = NarrowNumbers.Rounded(weights, Matrix.Scaled(problem.Weights, 1 / 3d)),
        };
        return (widened, widened.ToBatch<double>().Stored(weights, hidden).Run());
    }
}
