using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>Softmax sees differences of logits only; without z-loss and softcap so does the loss.</summary>
public class ShiftLaws
{
    /// <summary>All numbers are multiples of 1/64 below 2^14, so the shifts are exact in float too, and so are the differences.</summary>
    [Law]
    public void ShiftingARowOfLogitsChangesNothing(LogitProblem problem, int seed)
    {
        LogitProblem plain = SeesDifferencesOnly(problem).With(options => options with { LogitScale = 1 });
        int[] shifts = Array.ConvertAll(Chosen.Numbers(plain.Labels.Rows, seed), number => (int)(number * 4096));
        LogitProblem shifted = plain with
        {
            Logits = [.. plain.Logits.Select((logit, index) => logit + shifts[index / plain.Labels.Classes])],
        };
        CheckEqual<double>(plain, shifted);
        CheckEqual<float>(plain, shifted);
    }

    [Law]
    public void AddingOneVectorToEveryClassChangesNothing(LayerProblem problem, int seed)
    {
        LayerProblem plain = SeesDifferencesOnly(problem);
        double[] vector = Chosen.Numbers(plain.Features, seed);
        LayerProblem shifted = plain with
        {
            Weights = [.. plain.Weights.Select((weight, index) => weight + vector[index % plain.Features])],
        };
        LayerOutcome<double> expected = plain.Evaluate();
        LayerOutcome<double> actual = shifted.Evaluate();

        // dL/dH = G W does move by (sum of g) times the vector: by rounding of zero, which the bound of the shifted problem covers.
        LayerProblem larger = plain with
        {
            Weights = [.. plain.Weights.Zip(shifted.Weights, (weight, moved) => Math.Abs(weight) + Math.Abs(moved))],
            Hidden = Array.ConvertAll(plain.Hidden, Math.Abs),
        };
        Agreement.Within(larger, expected, actual);
    }

    [Law]
    public void TheResidualsOfARowSumToZero(LogitProblem problem)
    {
        LogitProblem plain = SeesDifferencesOnly(problem);
        double[] gradient = plain.Evaluate().Gradient;
        RoundingBounds<double> bounds = new(plain);
        for (int row = 0; row < plain.Labels.Rows; row++)
        {
            double sum = gradient.Skip(row * plain.Labels.Classes).Take(plain.Labels.Classes).Sum();
            Near.Equal(0, sum, plain.Labels.Classes * bounds.LogitGradientError(row), $"sum of dL/dlogits over row {row}");
        }
    }

    [Law]
    public void TheRowsOfTheWeightGradientSumToZero(LayerProblem problem)
    {
        LayerProblem plain = SeesDifferencesOnly(problem);
        LayerOutcome<double> outcome = plain.Evaluate();
        RoundingBounds<double> bounds = new(plain);
        int classes = plain.Labels.Classes;
        for (int feature = 0; feature < plain.Features; feature++)
        {
            double sum = Matrix.TakeColumns(outcome.Weights, plain.Features, [feature]).Sum();
            Near.Equal(0, sum, classes * bounds.WeightGradientError(feature), $"sum of dL/dW over classes at feature {feature}");
        }

        Near.Equal(0, outcome.Bias.Sum(), classes * bounds.BiasGradientError(), "sum of dL/db");
    }

    private static void CheckEqual<T>(LogitProblem plain, LogitProblem shifted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitOutcome<T> expected = plain.Evaluate<T>();
        LogitOutcome<T> actual = shifted.Evaluate<T>();
        Assert.Equal(expected.Result, actual.Result);
        Assert.Equal(expected.Gradient, actual.Gradient);
        Assert.Equal(expected.Rows.Losses, actual.Rows.Losses);
        Assert.Equal(expected.Rows.Predictions, actual.Rows.Predictions);
        Assert.Equal(expected.Rows.GradientNorms, actual.Rows.GradientNorms);
    }

    private static CrossEntropyOptions WithoutZLossAndSoftcap(CrossEntropyOptions options) => options with { ZLoss = 0, LogitSoftcap = 0 };

    private static LogitProblem SeesDifferencesOnly(LogitProblem problem) => problem.With(WithoutZLossAndSoftcap);

    private static LayerProblem SeesDifferencesOnly(LayerProblem problem) => problem.With(WithoutZLossAndSoftcap);
}
