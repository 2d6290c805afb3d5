using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Compares everything that the layer returns with the oracle.</summary>
/// <remarks>
/// Every element of the gradients is a sum of products of a residual and an input. Its bound is what the residuals' own bounds
/// (<see cref="ErrorBounds{T}"/>) make of it, plus 2 k u times the sum of |g| |h| over its k terms: each term goes through at most k fused
/// multiply-adds of u each, here and once more in the oracle. So c = 16 + 2 k in units of u = eps / 2, where the logits are exact. Below
/// the normal range a residual is off by some of the smallest numbers, and so is each of its k products with inputs.
/// </remarks>
public static class LayerComparison
{
    /// <param name="batch">What was run. Its logits must be exact in T, on a coarse grid, unless the last parameter says how wrong they
    /// are.</param>
    /// <param name="outcome">What came back; its bias gradient may be empty.</param>
    /// <param name="before">What the weight and bias gradients held before, under accumulation.</param>
    /// <param name="logitErrors">By how many unit roundoffs of 1 a row's logits may be off.</param>
    public static void Compare<T>(LayerBatch<T> batch, LayerOutcome<T> outcome, double before = 0, Func<int, double>? logitErrors = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyOracle oracle = batch.Oracle();
        Described.Run(oracle, batch.Shape, () => CompareAll(batch, outcome, before, oracle, new(oracle, logitErrors)));
    }

    /// <summary>The same without results per row, for the outcome of shards.</summary>
    public static void CompareShards<T>(LayerBatch<T> batch, LayerOutcome<T> outcome, double before = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyOracle oracle = batch.Oracle();
        ErrorBounds<T> bounds = new(oracle);
        Described.Run(oracle, batch.Shape, () =>
        {
            OracleComparison.CompareResult(oracle, outcome.Result, bounds);
            CompareGradients(batch, outcome, before, oracle, bounds);
        });
    }

    private static void CompareAll<T>(
        LayerBatch<T> batch, LayerOutcome<T> outcome, double before, CrossEntropyOracle oracle, ErrorBounds<T> bounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] hidden = Live(Near.Doubles<T>(batch.Hidden), oracle, batch.Features);
        OracleComparison.CompareResult(oracle, outcome.Result, bounds);
        for (int n = 0; n < batch.Rows; n++)
        {
            OracleComparison.CompareRow(oracle, n, outcome.Rows, bounds, NormFactor(batch, hidden, n));
        }

        CompareGradients(batch, outcome, before, oracle, bounds);
    }

    private static double NormFactor<T>(LayerBatch<T> batch, double[] hidden, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LinearOracle.ParameterNorm(hidden.AsSpan(n * batch.Features, batch.Features), batch.Bias is not null);

    private static void CompareGradients<T>(
        LayerBatch<T> batch, LayerOutcome<T> outcome, double before, CrossEntropyOracle oracle, ErrorBounds<T> bounds)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int classes, int features) = (batch.Rows, batch.Classes, batch.Features);
        double[] hidden = Live(Near.Doubles<T>(batch.Hidden), oracle, features), weights = Near.Doubles<T>(batch.Weights);
        double[] g = oracle.Gradient, error = new double[rows * classes], clipped = new double[g.Length],
            clippedError = new double[g.Length];
        for (int n = 0; n < rows; n++)
        {
            double normFactor = NormFactor(batch, hidden, n);
            (double factor, double factorError) = (oracle.ClipFactor(n, normFactor), bounds.ClipFactor(n, normFactor));
            for (int i = n * classes; i < (n + 1) * classes; i++)
            {
                error[i] = bounds.Gradient(n, i % classes);
                clipped[i] = factor * g[i];
                clippedError[i] = (factor * error[i]) + (factorError * Math.Abs(g[i]));
            }
        }

        double kept = batch.Options.AccumulateGradients ? before : 0;
        double[] absoluteHidden = Array.ConvertAll(hidden, Math.Abs), absoluteWeights = Array.ConvertAll(weights, Math.Abs);
        double[] byRows = PlusRoundoffs<T>(clippedError, clipped, 2 * (rows + 1)), byClasses = PlusRoundoffs<T>(error, g, 2 * classes);
        double ofRows = Underflow<T>(rows, absoluteHidden), ofClasses = Underflow<T>(classes, absoluteWeights);
        double keptError = 2 * (rows + 1) * Near.Roundoff<T>() * Math.Abs(kept);
        Compare(LinearOracle.WeightGradient(clipped, hidden, rows, classes, features, Filled(classes * features, kept)), outcome.Weights,
            LinearOracle.WeightGradient(byRows, absoluteHidden, rows, classes, features, Filled(classes * features, keptError + ofRows)),
            "weight gradient");
        if (outcome.Bias.Length > 0)
        {
            Compare(LinearOracle.BiasGradient(clipped, rows, classes, Filled(classes, kept)), outcome.Bias,
                LinearOracle.BiasGradient(byRows, rows, classes, Filled(classes, keptError + ofRows)), "bias gradient");
        }

        double[] hiddenGradient = Live(LinearOracle.HiddenGradient(g, weights, rows, classes, features), oracle, features),
            hiddenError = Live(LinearOracle.HiddenGradient(byClasses, absoluteWeights, rows, classes, features), oracle, features);
        Compare(hiddenGradient, outcome.Hidden, Array.ConvertAll(hiddenError, error => error + ofClasses), "hidden gradient");
    }

    private static void Compare<T>(double[] expected, T[] actual, double[] tolerances, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Near.Equal(expected[i], actual[i], tolerances[i], $"{what}[{i}]");
        }
    }

    private static double Underflow<T>(int terms, double[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        4 * terms * double.CreateChecked(T.Epsilon) * (1 + inputs.Where(double.IsFinite).DefaultIfEmpty().Max());

    /// <summary>
    /// The hidden vectors with ignored rows, which nothing may read, set to 0; or their gradients, which are 0 whatever the weights.
    /// </summary>
    private static double[] Live(double[] hidden, CrossEntropyOracle oracle, int features)
    {
        for (int i = 0; i < hidden.Length; i++)
        {
            hidden[i] = oracle.Details[i / features] is null ? 0 : hidden[i];
        }

        return hidden;
    }

    private static double[] PlusRoundoffs<T>(double[] error, double[] terms, int roundoffs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. error.Zip(terms, (e, term) => e + (roundoffs * Near.Roundoff<T>() * Math.Abs(term)))];

    private static double[] Filled(int length, double value) => [.. Enumerable.Repeat(value, length)];
}
