using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Compares what <see cref="LinearSoftmax"/> returns with the oracle, within <see cref="ErrorBounds{T}"/>.</summary>
public static class SoftmaxComparison
{
    /// <param name="batch">What was run. Its logits must be exact in T, on a coarse grid, unless the last parameter says how wrong they
    /// are.</param>
    /// <param name="outcome">What came back.</param>
    /// <param name="logitErrors">By how many unit roundoffs of 1 a row's logits may be off.</param>
    public static void Compare<T>(LayerBatch<T> batch, SoftmaxOutcome<T> outcome, Func<int, double>? logitErrors = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyOracle oracle = batch.Aimed(new int[batch.Rows]).Oracle();
        ErrorBounds<T> bounds = new(oracle, logitErrors);
        Described.Run(oracle, batch.Shape, () =>
        {
            for (int n = 0; n < batch.Rows; n++)
            {
                CompareProbabilities(oracle, bounds, n, outcome);
                CompareTop(oracle, bounds, n, outcome, batch.Rows);
            }
        });
    }

    private static void CompareProbabilities<T>(CrossEntropyOracle oracle, ErrorBounds<T> bounds, int n, SoftmaxOutcome<T> outcome)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OracleRow row = oracle.Details[n]!;
        int classes = row.Logits.Length;
        for (int j = 0; j < classes; j++)
        {
            int i = (n * classes) + j;
            Near.Equal(
                row.LogProbability(j), outcome.LogProbabilities[i], bounds.LogProbability(n, j), $"log p of row {n}, class {j}");
            Near.Equal(row.Probabilities[j], outcome.Probabilities[i], bounds.Probability(n, j), $"p of row {n}, class {j}");
        }
    }

    /// <summary>The bits of the same classes' log p, in the order of the logits; where those are exact, the very classes.</summary>
    private static void CompareTop<T>(CrossEntropyOracle oracle, ErrorBounds<T> bounds, int n, SoftmaxOutcome<T> outcome, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OracleRow row = oracle.Details[n]!;
        int classes = row.Logits.Length, top = outcome.TopClasses.Length / rows;
        T[] all = outcome.LogProbabilities[(n * classes)..((n + 1) * classes)];
        int[] listed = outcome.TopClasses[(n * top)..((n + 1) * top)];
        Exactly.SameBits<T>(
            Array.ConvertAll(listed, c => all[c]), outcome.TopLogProbabilities.AsSpan(n * top, top), $"log p of the first of row {n}");
        Assert.Equal(top, listed.Distinct().Count());
        for (int i = 0; i < top; i++)
        {
            (int first, int last) = bounds.Rank(n, listed[i]);
            Assert.InRange(i, first, last);
        }
    }
}
