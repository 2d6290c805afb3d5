using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// Compares what the gradient filter leaves with the same call without it: it may leave out what is below the threshold, and nothing else
/// changes.
/// </summary>
/// <remarks>
/// With s_n = |row weight / divisor| and g the residuals before both, an entry may be left out where |g| &lt; eps and its class is not the
/// row's true one. So
/// <code>
/// |dH'[n, d] - dH[n, d]| &lt;= s_n sum of |g[n, v]| |W[v, d]| over the v that may be left out
/// |dW'[v, d] - dW[v, d]| &lt;= sum of s_n |g[n, v]| |h[n, d]| over the n that may be left out
/// </code>
/// and neither more than <see cref="FilterCertificate{T}"/> says. Both sides sum the same residuals of type T, each in a chain of at most k
/// fused multiply-adds: rounding adds 2 (k + 2) u times the sum of all |g| |W| or |g| |h|, and <see cref="ErrorBounds{T}"/> for what the
/// oracle's residuals differ from those. Below the normal range roundings are absolute, half of the smallest number each: a sum has k of
/// them, and a residual some in its exponential, which the target's sum, the slope of the z-loss and the scale multiply, and one when it is
/// reduced.
/// </remarks>
internal sealed class FilterComparison<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>By how much of itself the mass may be larger than what may be left out.</summary>
    private const double MassIsLooseBy = 1e-3;

    private readonly LayerBatch<T> _batch;
    private readonly CrossEntropyOracle _oracle;
    private readonly ErrorBounds<T> _bounds;
    private readonly double _roundoff = Near.Roundoff<T>();
    private readonly double _smallest = double.CreateChecked(T.Epsilon);

    /// <summary>What the sums over rows begin with.</summary>
    private readonly double _before;

    private FilterComparison(LayerBatch<T> batch, double before)
    {
        (_batch, _oracle, _before) = (batch, batch.Oracle(), batch.Options.AccumulateGradients ? Math.Abs(before) : 0);
        _bounds = new(_oracle);
    }

    /// <summary>
    /// Runs the batch with its filter and without; with accumulation, into gradients that hold <paramref name="before"/> everywhere.
    /// </summary>
    public static LayerOutcome<T> Run(LayerBatch<T> batch, double before = 0)
    {
        LayerOutcome<T> exact = batch.Unfiltered().Run(before), filtered = batch.Run(before);
        FilterComparison<T> comparison = new(batch, before);
        Described.Run(comparison._oracle, batch.Shape, () => comparison.Compare(exact, filtered));
        return filtered;
    }

    /// <summary>The gradients alone, and without the certificate: for one shard's, or for several shards' together.</summary>
    public static void CompareGradients(LayerBatch<T> batch, LayerOutcome<T> exact, LayerOutcome<T> filtered) =>
        new FilterComparison<T>(batch, before: 0).CompareGradients(exact, filtered, double.PositiveInfinity);

    private void Compare(LayerOutcome<T> exact, LayerOutcome<T> filtered)
    {
        Exactly.SameBits(exact.Result, filtered.Result with { FilteredMass = 0 });
        Exactly.SameBits(exact.Rows, filtered.Rows);
        double threshold = Math.Max(_batch.Options.HiddenFilterThreshold, _batch.Options.WeightFilterThreshold);
        double most = Enumerable.Range(0, _batch.Rows)
            .Select(n => Enumerable.Range(0, _batch.Classes).Sum(v => Removable(n, v, threshold)))
            .DefaultIfEmpty().Max();
        Assert.InRange(filtered.Result.FilteredMass, 0, most * (1 + MassIsLooseBy));
        CompareGradients(exact, filtered, filtered.Result.FilteredMass);
    }

    private void CompareGradients(LayerOutcome<T> exact, LayerOutcome<T> filtered, double mass)
    {
        (int rows, int classes, int features) = (_batch.Rows, _batch.Classes, _batch.Features);
        FilterCertificate<T> certificate = new(_batch, _oracle, mass * (1 + (_roundoff * ErrorBounds<T>.Roundoffs)));
        double[] hidden = Magnitudes(_batch.Hidden), weights = Magnitudes(_batch.Weights),
            terms = Array.ConvertAll(_oracle.Gradient, Math.Abs);
        double ofHidden = _batch.Options.HiddenFilterThreshold, ofWeights = _batch.Options.WeightFilterThreshold,
            ofBias = certificate.Bias();
        double[] fromHidden = Removable(ofHidden), fromWeights = Removable(ofWeights);
        double[] byColumn = [.. Enumerable.Range(0, features).Select(certificate.Weight)];
        // in a tight workspace what a filter needs can leave less for a chunk of rows: the same terms of dL/dW and dL/db in other chains
        bool roomy = _batch.Options.MaxWorkspaceBytes >= new CrossEntropyOptions().MaxWorkspaceBytes;
        int byClasses = ofHidden == 0 ? 0 : classes + 2, byRows = ofWeights == 0 && roomy ? 0 : rows + 2;

        Within(
            (exact.Hidden, filtered.Hidden, "dL/dH"),
            LinearOracle.HiddenGradient(fromHidden, weights, rows, classes, features),
            i => certificate.Hidden(i / features),
            Rounding(LinearOracle.HiddenGradient(terms, weights, rows, classes, features), 0, byClasses));
        Within(
            (exact.Weights, filtered.Weights, "dL/dW"),
            LinearOracle.WeightGradient(fromWeights, hidden, rows, classes, features),
            i => byColumn[i % features],
            Rounding(LinearOracle.WeightGradient(terms, hidden, rows, classes, features), _before, byRows));
        Within(
            (exact.Bias, filtered.Bias, "dL/db"),
            LinearOracle.BiasGradient(fromWeights, rows, classes),
            _ => ofBias,
            Rounding(LinearOracle.BiasGradient(terms, rows, classes), _before, byRows));
    }

    private static void Within(
        (T[] Exact, T[] Filtered, string Name) gradients, double[] removable, Func<int, double> certified, double[] rounding)
    {
        for (int i = 0; i < rounding.Length; i++)
        {
            double allowed = Math.Min(removable[i], certified(i)) + rounding[i];
            Near.Equal(double.CreateChecked(gradients.Exact[i]), gradients.Filtered[i], allowed, $"filtered {gradients.Name}[{i}]");
        }
    }

    private double[] Rounding(double[] terms, double before, int additions) =>
        Array.ConvertAll(terms, sum => additions * ((2 * _roundoff * (sum + before)) + _smallest));

    /// <summary>|g| where the entry may be left out, 0 where it must stay.</summary>
    private double Removable(int n, int v, double threshold)
    {
        if (_oracle.Share(n) == 0 || v == _batch.Targets?[n])
        {
            return 0;
        }

        OracleRow row = _oracle.Details[n]!;
        double ofZLoss = _batch.Options.ZLoss == 0
            ? 0
            : 2 * _batch.Options.ZLoss * Math.Abs(row.LogSumExp * _oracle.Divisor / _oracle.ZDivisor);
        double underflow = 4 * _smallest * (((row.TargetSum + ofZLoss) * _batch.Options.LogitScale) + (1 / _oracle.Share(n)));
        (double residual, double error) = (Math.Abs(_oracle.Residual(n, v)), _bounds.Residual(n, v) + underflow);
        return residual - error < threshold ? residual + error : 0;
    }

    /// <summary>The same of all entries, as the reduced gradient has them.</summary>
    private double[] Removable(double threshold) =>
        [
            .. from n in Enumerable.Range(0, _batch.Rows)
               from v in Enumerable.Range(0, _batch.Classes)
               select _oracle.Share(n) * Removable(n, v, threshold),
        ];

    private static double[] Magnitudes(T[] values) => Array.ConvertAll(Near.Doubles<T>(values), Math.Abs);
}
