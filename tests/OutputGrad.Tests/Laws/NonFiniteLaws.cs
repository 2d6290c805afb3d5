using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

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
        LogitOutcome<double> actual = (problem with { Logits = Matrix.With(problem.Logits, poisoned, double.NaN) }).Evaluate();
        Exactly.SameBits(
            Matrix.TakeRows(clean.Gradient, problem.Labels.Classes, others),
            Matrix.TakeRows(actual.Gradient, problem.Labels.Classes, others),
            "dL/dlogits of other rows");
        Exactly.SameBits(
            Matrix.TakeRows(clean.Rows.Losses, 1, others), Matrix.TakeRows(actual.Rows.Losses, 1, others), "losses of other rows");
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
        bool isTarget = !problem.Labels.AreSoft && problem.Labels.Indices.Contains(masked);
        if (classes == 1 || isTarget)
        {
            return;
        }

        int[] others = [.. Enumerable.Range(0, classes).Where(label => label != masked)];
        LogitProblem whole = problem.With(options => options with { LabelSmoothing = 0, LogitSoftcap = 0 }) with
        {
            Logits = [.. problem.Logits.Select((logit, index) => index % classes == masked ? double.NegativeInfinity : logit)],
        };
        whole = whole with { Labels = WithoutTarget(whole.Labels, masked) };
        LogitProblem without = whole.TakeClasses(others);
        LogitOutcome<double> expected = without.Evaluate();
        LogitOutcome<double> actual = whole.Evaluate();
        double[] atMasked = Matrix.TakeColumns(actual.Gradient, classes, [masked]);
        Assert.All(atMasked, slope => Assert.Equal(0, slope));
        Agreement.Within(without, expected, actual with { Gradient = Matrix.TakeColumns(actual.Gradient, classes, others) });
    }

    [Law]
    public void ANaNInAHiddenVectorStaysInItsRow(LayerProblem problem, int seed)
    {
        if (problem.Hidden.Length == 0)
        {
            return;
        }

        int poisoned = Chosen.Count(problem.Hidden.Length - 1, seed);
        int row = poisoned / problem.Features;
        int[] others = [.. Enumerable.Range(0, problem.Labels.Rows).Where(other => other != row)];
        LayerOutcome<double> clean = problem.Evaluate();
        LayerOutcome<double> actual = (problem with { Hidden = Matrix.With(problem.Hidden, poisoned, double.NaN) }).Evaluate();
        Exactly.SameBits(clean.Rows.Taken(others), actual.Rows.Taken(others));
        Exactly.SameBits(
            Matrix.TakeRows(clean.Hidden, problem.Features, others),
            Matrix.TakeRows(actual.Hidden, problem.Features, others),
            "dL/dH of other rows");
        if (problem.Labels.Counts(row))
        {
            Assert.Equal((double.NaN, 0), (actual.Rows.LogSumExp[row], actual.Rows.Predictions[row]));
            Assert.All(Matrix.Row(actual.Hidden, problem.Features, row), slope => Assert.Equal(double.NaN, slope));
        }
        else
        {
            Exactly.SameBits(clean, actual);
        }
    }

    [Law]
    public void AClassWhoseLogitIsNaNIsThePredictionOfEveryRow(LayerProblem problem, int seed)
    {
        int poisoned = Chosen.Count(problem.Labels.Classes - 1, seed);
        double[] bias = problem.Bias.Length == 0 ? new double[problem.Labels.Classes] : problem.Bias;
        RowOutcome<double> rows = (problem with { Bias = Matrix.With(bias, poisoned, double.NaN) }).Evaluate().Rows;
        foreach (int row in problem.Labels.CountedRows())
        {
            Assert.Equal((double.NaN, poisoned), (rows.LogSumExp[row], rows.Predictions[row]));
        }
    }

    [Law]
    public void AClassMaskedByItsBiasIsAbsent(LayerProblem problem, int seed)
    {
        int classes = problem.Labels.Classes;
        int masked = seed % 2 == 0 ? classes - 1 : Chosen.Count(classes - 1, seed);
        bool isTarget = !problem.Labels.AreSoft && problem.Labels.Indices.Contains(masked);
        if (classes == 1 || isTarget)
        {
            return;
        }

        int[] others = [.. Enumerable.Range(0, classes).Where(label => label != masked)];
        LayerProblem whole = problem.With(options => options with { LabelSmoothing = 0, LogitSoftcap = 0 }) with
        {
            Bias = [.. Enumerable.Range(0, classes).Select(label =>
                label == masked ? double.NegativeInfinity : problem.Bias.Length == 0 ? 0 : problem.Bias[label])],
        };
        whole = whole with { Labels = WithoutTarget(whole.Labels, masked) };
        LayerProblem without = whole.TakeClasses(others);
        LayerOutcome<double> expected = without.Evaluate();
        LayerOutcome<double> actual = whole.Evaluate();
        Assert.All(Matrix.TakeRows(actual.Weights, problem.Features, [masked]), slope => Assert.Equal(0, slope));
        Assert.Equal(0, actual.Bias[masked]);
        Agreement.Within(without, expected, actual with
        {
            Weights = Matrix.TakeRows(actual.Weights, problem.Features, others),
            Bias = Matrix.TakeRows(actual.Bias, 1, others),
        });
    }

    private static Labels WithoutTarget(Labels labels, int masked) => labels with
    {
        Probabilities = [.. labels.Probabilities.Select((probability, index) => index % labels.Classes == masked ? 0 : probability)],
    };
}
