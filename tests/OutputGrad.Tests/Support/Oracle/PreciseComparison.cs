using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// Compares the losses and residuals that each way makes of rows with the same logits with those in twice the precision of a double: they
/// may be off by u (16 + log2 V) times the sum of the absolute values of their terms, and nothing else.
/// </summary>
public static class PreciseComparison
{
    /// <param name="problem">Its logits and their differences are exact in T. The targets of all rows are alike.</param>
    /// <param name="ways">By each of them; all that fail are named.</param>
    public static void Check<T>(SharedLogits<T> problem, IEnumerable<Way> ways)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PreciseRow row = problem.Precise(0);
        double units = Near.Roundoff<T>() * (ErrorBounds<T>.Roundoffs + Math.Log2(problem.Classes));
        double[] expected = new double[problem.Classes], allowed = new double[problem.Classes];
        for (int c = 0; c < problem.Classes; c++)
        {
            expected[c] = (double)row.Residual(c);
            allowed[c] = units * row.ResidualTerms(c);
        }

        Assert.Multiple([.. ways.Select<Way, Action>(way => () =>
        {
            SharedOutcome<T> outcome = problem.Run(way);
            string where = $"of {way}, {problem.Classes} classes, {problem.Options}";
            CompareLosses(row, units, outcome, where);
            Assert.All(outcome.Rows.Entropies, found => Near.Equal(
                double.CreateChecked(T.CreateChecked((double)row.Entropy)),
                found,
                (units + (Near.Roundoff<T>() * ErrorBounds<T>.SpreadAdditions)) * row.EntropyTerms,
                $"entropy of a row {where}"));
            CompareResiduals(expected, allowed, outcome.First, $"of the first row {where}");
            CompareResiduals(expected, allowed, outcome.Last, $"of the last row {where}");
        })]);
    }

    /// <summary>
    /// The same for the logarithms of the probabilities and these. Differences of logits may round: u of each, which is the same of its
    /// logarithm, and which the exponential in p has multiplied in; the sum of exponentials has it by what they are of it.
    /// </summary>
    public static void CheckSoftmax<T>(SharedLogits<T> problem, Way way)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PreciseRow row = problem.Precise(0);
        double sum = Near.Roundoff<T>() * (double)row.Spread;
        double units = Near.Roundoff<T>() * (ErrorBounds<T>.Roundoffs + Math.Log2(problem.Classes));
        LayerBatch<T> batch = problem.Layer(way);
        SoftmaxOutcome<T> outcome = batch.Softmax(top: 1);
        for (int i = 0; i < outcome.Probabilities.Length; i++)
        {
            int c = i % problem.Classes;
            double p = (double)row.Probability(c), log = (double)row.LogProbability(double.CreateChecked(problem.Logits[c]));
            Near.Equal(p, outcome.Probabilities[i], (units + sum) * p, $"p of class {c} of {way}");
            Near.Equal(log, outcome.LogProbabilities[i], (units * Math.Abs(log)) + sum, $"log p of class {c} of {way}");
        }
    }

    /// <summary>
    /// The batch's loss is a sum of rows that are all alike, and loses a roundoff of double for each. A row's is rounded to T.
    /// </summary>
    private static void CompareLosses<T>(PreciseRow row, double units, SharedOutcome<T> outcome, string where)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double loss = (double)row.Loss;
        int rows = outcome.Result.Rows;
        double allowed = (units * row.LossTerms) + (rows * Near.Roundoff<double>() * Math.Abs(loss));
        Near.Equal(rows * loss, outcome.Result.Loss, rows * allowed, $"loss {where}");
        Assert.All(outcome.Rows.Losses, found => Near.Equal(
            double.CreateChecked(T.CreateChecked(loss)), found, units * row.LossTerms, $"loss of a row {where}"));
    }

    private static void CompareResiduals<T>(double[] expected, double[] allowed, T[] found, string where)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int c = 0; c < expected.Length; c++)
        {
            // a message for each of a million classes would take longer than the rest
            if (!(Math.Abs(expected[c] - double.CreateChecked(found[c])) <= allowed[c]))
            {
                Near.Equal(expected[c], found[c], allowed[c], $"residual {c} {where}");
            }
        }
    }
}
