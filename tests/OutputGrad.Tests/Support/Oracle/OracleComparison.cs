using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Compares everything that an entry point returns with the oracle, within <see cref="ErrorBounds{T}"/>.</summary>
public static class OracleComparison
{
    public static void Compare<T, TEntry>(LogitBatch<T> batch, LogitOutcome<T> outcome, Func<int, double>? logitErrors = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEntry : IEntryPoint
    {
        CrossEntropyOracle oracle = batch.Oracle();
        Described.Run(
            oracle,
            $"{batch.Rows} rows x {batch.Classes} classes",
            () => CompareAll<T, TEntry>(batch, outcome, oracle, new(oracle, logitErrors)));
    }

    private static void CompareAll<T, TEntry>(
        LogitBatch<T> batch, LogitOutcome<T> outcome, CrossEntropyOracle oracle, ErrorBounds<T> bounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TEntry : IEntryPoint
    {
        CompareResult(oracle, outcome.Result, bounds);
        int classes = batch.Classes;
        for (int n = 0; n < batch.Rows; n++)
        {
            double[] logits = Near.Doubles<T>(batch.Logits.AsSpan(n * classes, classes));
            CompareRow(oracle, n, outcome.Rows, bounds, oracle.Details[n] is null ? 0 : TEntry.NormFactor(logits));
            for (int j = 0; j < classes; j++)
            {
                int i = (n * classes) + j;
                Near.Equal(oracle.Gradient[i], outcome.Gradient[i], bounds.Gradient(n, j), $"gradient of row {n}, class {j}");
            }
        }
    }

    public static void CompareResult<T>(CrossEntropyOracle oracle, CrossEntropyResult result, ErrorBounds<T> bounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(oracle.Rows, result.Rows);
        (int least, int most) = bounds.Correct();
        Assert.InRange(result.Correct, least, most);
        Assert.Equal(0, result.FilteredMass);
        Near.Equal(oracle.Loss, result.Loss, bounds.ReducedLoss(), "loss");
        Near.Equal(oracle.ZLoss, result.ZLoss, bounds.ReducedZLoss(), "z-loss");
    }

    /// <param name="oracle">The exact results.</param>
    /// <param name="n">Which row.</param>
    /// <param name="outcome">What is compared.</param>
    /// <param name="bounds">How far it may be off.</param>
    /// <param name="normFactor">What the norm of the logit gradient is multiplied by: of a layer, the norm of the hidden vector and a 1 for
    /// the bias.</param>
    public static void CompareRow<T>(CrossEntropyOracle oracle, int n, RowOutcome<T> outcome, ErrorBounds<T> bounds, double normFactor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OracleRow? row = oracle.Details[n];
        Near.Equal(row is null ? 0 : row.Loss + row.ZLoss, outcome.Losses[n], bounds.CrossEntropy(n) + bounds.ZLoss(n), $"loss of row {n}");
        Near.Equal(row?.LogSumExp ?? 0, outcome.LogSumExp[n], bounds.LogSumExp(n), $"log sum exp of row {n}");
        Near.Equal(oracle.GradientNorm(n) * normFactor, outcome.GradientNorms[n], bounds.Norm(n) * normFactor, $"norm of row {n}");
        Assert.Equal(0, row is null ? outcome.Predictions[n] + 1 : bounds.Rank(n, outcome.Predictions[n]).First);
        Near.Equal(row?.Entropy ?? 0, outcome.Entropies[n], bounds.Entropy(n), $"entropy of row {n}");
        if (oracle.Targets is { } targets)
        {
            (int first, int last) = row is null ? (-1, -1) : bounds.Rank(n, targets[n]);
            Assert.InRange(outcome.TargetRanks[n], first, last);
        }
    }
}
