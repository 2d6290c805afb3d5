using Xunit;

namespace OutputGrad.Tests.Properties;

/// <summary>NaN and infinities are data: they reach what depends on them and nothing else.</summary>
public class NonFiniteLaws
{
    [Law]
    public void ANaNStaysInItsRow(LogitProblem problem, int seed)
    {
        if (problem.Logits.Length == 0)
        {
            return;
        }

        int poisoned = Chosen.Count(problem.Logits.Length - 1, seed);
        int row = poisoned / problem.Labels.Classes;
        int[] others = [.. Enumerable.Range(0, problem.Labels.Rows).Where(other => other != row || !problem.Labels.Counts(row))];
        LogitOutcome<double> clean = problem.Evaluate();
        LogitOutcome<double> actual = (problem with { Logits = [.. problem.Logits[..poisoned], double.NaN, .. problem.Logits[(poisoned + 1)..]] }).Evaluate();
        Expect.SameBits(
            Matrix.TakeRows(clean.Gradient, problem.Labels.Classes, others),
            Matrix.TakeRows(actual.Gradient, problem.Labels.Classes, others),
            "dL/dlogits of other rows");
        Expect.SameBits(Matrix.TakeRows(clean.Rows.Losses, 1, others), Matrix.TakeRows(actual.Rows.Losses, 1, others), "losses of other rows");
        if (!others.Contains(row))
        {
            Assert.True(double.IsNaN(actual.Rows.LogSumExp[row]), "log sum exp of a row with a NaN");
            Assert.Equal(poisoned % problem.Labels.Classes, actual.Rows.Predictions[row]);
        }
    }

    [Law]
    public void AMaskedClassIsAbsent(LogitProblem problem, int seed)
    {
        int classes = problem.Labels.Classes;
        int masked = Chosen.Count(classes - 1, seed);
        bool isTarget = problem.Labels.CountedRows().Any(row => problem.Labels.AreSoft || problem.Labels.Indices[row] == masked);
        if (classes == 1 || (isTarget && !problem.Labels.AreSoft))
        {
            return;
        }

        int[] others = [.. Enumerable.Range(0, classes).Where(label => label != masked)];
        LogitProblem whole = problem.With(options => options with { LabelSmoothing = 0, LogitSoftcap = 0 }) with
        {
            Logits = [.. problem.Logits.Select((logit, index) => index % classes == masked ? double.NegativeInfinity : logit)],
        };
        whole = whole with
        {
            Labels = whole.Labels with
            {
                Probabilities = [.. whole.Labels.Probabilities.Select((probability, index) => index % classes == masked ? 0 : probability)],
            },
        };
        LogitProblem without = whole.TakeClasses(others);
        LogitOutcome<double> expected = without.Evaluate();
        LogitOutcome<double> actual = whole.Evaluate();
        double[] atMasked = Matrix.TakeColumns(actual.Gradient, classes, [masked]);
        Assert.All(atMasked, slope => Assert.Equal(0, slope));
        Agreement.Near(without, expected, actual with { Gradient = Matrix.TakeColumns(actual.Gradient, classes, others) });
    }
}
