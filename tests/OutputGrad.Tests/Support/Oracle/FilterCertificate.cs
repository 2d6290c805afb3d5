using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// How far filtered gradients can be from exact ones, as whoever has the result can tell from
/// <see cref="CrossEntropyResult.FilteredMass"/>.
/// </summary>
/// <remarks>
/// With s_n = |row weight / divisor|, M the mass and eps the weight filter's threshold: what was left out of a row adds up to at most M,
/// and each entry that was left out is below eps. So
/// <code>
/// |error of dH[n, d]| &lt;= s_n M max |W|        |error of dW[v, d]| &lt;= sum over n of s_n min(M, eps) |h[n, d]|
/// </code>
/// and an error of db[v] as of a dW[v, d] whose hidden numbers are 1. Rounding comes on top.
/// </remarks>
internal sealed class FilterCertificate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LayerBatch<T> _batch;
    private readonly CrossEntropyOracle _oracle;
    private readonly double _hidden;
    private readonly double _weight;

    public FilterCertificate(LayerBatch<T> batch, CrossEntropyOracle oracle, double mass)
    {
        (_batch, _oracle) = (batch, oracle);
        _hidden = mass * batch.Weights.Max(w => Math.Abs(double.CreateChecked(w)));
        _weight = Math.Min(mass, batch.Options.WeightFilterThreshold);
    }

    /// <summary>Of any element of that row of dL/dH.</summary>
    public double Hidden(int n) => _oracle.Share(n) == 0 ? 0 : _oracle.Share(n) * _hidden;

    /// <summary>Of any element of that column of dL/dW.</summary>
    public double Weight(int d) => Enumerable.Range(0, _batch.Rows)
        .Where(n => _oracle.Share(n) != 0)
        .Sum(n => _oracle.Share(n) * _weight * Math.Abs(double.CreateChecked(_batch.Hidden[(n * _batch.Features) + d])));

    /// <summary>Of any element of dL/db.</summary>
    public double Bias() => Enumerable.Range(0, _batch.Rows).Sum(n => _oracle.Share(n) * _weight);
}
