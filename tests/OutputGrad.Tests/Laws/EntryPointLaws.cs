using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>The layer is the softmax of its logits, and its gradients follow from theirs by the chain rule.</summary>
public class EntryPointLaws
{
    [Law]
    public void TheLayerIsTheSoftmaxOfItsLogits(LayerProblem problem)
    {
        LogitProblem logits = problem.ToLogits();
        LogitOutcome<double> outcome = logits.Evaluate();
        LayerOutcome<double> actual = problem.Evaluate();
        LayerOutcome<double> expected = ChainRule(problem, outcome);
        Agreement.Within(problem, expected, actual);

        RoundingBounds<double> bounds = new(problem);
        Near.Equal(outcome.Rows.Losses, actual.Rows.Losses, row => 2 * bounds.RowLossErrors[row], "losses");
        Near.Equal(outcome.Rows.LogSumExp, actual.Rows.LogSumExp, row => 2 * bounds.LogSumExpErrors[row], "log sum exp");
    }

    /// <summary>With W the identity and no bias, dL/dH is dL/dlogits.</summary>
    [Law]
    public void AnIdentityLayerHasTheLogitsGradient(LogitProblem problem)
    {
        int classes = problem.Labels.Classes;
        double[] identity = new double[classes * classes];
        for (int label = 0; label < classes; label++)
        {
            identity[(label * classes) + label] = 1;
        }

        LayerOutcome<double> actual = new LayerProblem(problem.Labels, classes, problem.Logits, identity, []).Evaluate();
        Agreement.Within(problem, problem.Evaluate(), new LogitOutcome<double>(actual.Result, actual.Hidden, actual.Rows));
    }

    /// <summary>dL/dH = G W, dL/dW = sum of g (x) h, dL/db = sum of g.</summary>
    private static LayerOutcome<double> ChainRule(LayerProblem problem, LogitOutcome<double> outcome)
    {
        LayerOutcome<double> expected = problem.Outcome<double>() with
        {
            Result = outcome.Result,
            Hidden = new double[problem.Hidden.Length],
            Weights = new double[problem.Weights.Length],
            Bias = new double[problem.Labels.Classes],
        };
        for (int index = 0; index < outcome.Gradient.Length; index++)
        {
            (int row, int label) = Math.DivRem(index, problem.Labels.Classes);
            expected.Bias[label] += outcome.Gradient[index];
            for (int feature = 0; feature < problem.Features; feature++)
            {
                int weight = (label * problem.Features) + feature;
                int hidden = (row * problem.Features) + feature;
                expected.Hidden[hidden] += outcome.Gradient[index] * problem.Weights[weight];
                expected.Weights[weight] += outcome.Gradient[index] * problem.Hidden[hidden];
            }
        }

        return expected;
    }
}
