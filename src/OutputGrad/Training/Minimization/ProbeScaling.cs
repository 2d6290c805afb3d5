using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Arithmetic;

namespace OutputGrad.Training.Minimization;

/// <summary>
/// A first estimate of the inverse of a probe's Hessian, from the means and variances of its features: with it L-BFGS starts in parameters
/// in which the objective is about equally curved everywhere.
/// </summary>
/// <remarks>
/// <para>
/// The logits are W h + b = W (h - m) + c, with the mean m of the hidden vectors and c = b + W m. In W and c the bias has nothing to do
/// with the weights. Where all classes are equally likely the objective's curvature is, at a logit scale t, about
/// </para>
/// <code>
/// t^2 / classes along c        4 v t^2 / classes + L2 along W        v the mean variance of a feature
/// </code>
/// <para>
/// with a 4 because a few directions have most of the variance. For unit vectors of 384 features the two differ by a hundred times and
/// more. The inverse, taken back to W and b, is
/// </para>
/// <code>
/// P (G, g) = (D, classes / t^2 g - D m)        D = (G - g m^T) / (4 v t^2 / classes + L2)
/// </code>
/// </remarks>
internal sealed class ProbeScaling<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Keeps scales and their inverses within single precision, whatever the features are.</summary>
    private const double Least = 1e-30;

    private readonly T[] _mean;
    private readonly int _classes;
    private readonly double _weights;
    private readonly double _bias;

    /// <summary>The estimate for a probe with a bias, or for one without, where m is 0.</summary>
    public ProbeScaling(FeatureMoments moments, int classes, double l2, double logitScale, bool hasBias)
    {
        double[] means = hasBias ? moments.Means : new double[moments.Means.Length];
        double variance = 0;
        for (int d = 0; d < means.Length; d++)
        {
            // where a feature does not vary, D is what rounding leaves of it
            double rounding = Ulp<T>.OfOne * moments.MeanSquares[d];
            variance += Math.Max(moments.MeanSquares[d] - (means[d] * means[d]), rounding) / means.Length;
        }

        _classes = classes;
        _mean = Array.ConvertAll(means, T.CreateTruncating);
        double curvature = logitScale * logitScale / classes;
        _weights = 1 / Math.Clamp((4 * variance * curvature) + l2, Least, 1 / Least);
        _bias = 1 / Math.Clamp(curvature, Least, 1 / Least);
    }

    /// <summary>vector = P vector.</summary>
    public void Apply(T[] vector)
    {
        int features = _mean.Length;
        Span<T> biases = vector.AsSpan(_classes * features);
        for (int c = 0; c < _classes; c++)
        {
            Span<T> weights = vector.AsSpan(c * features, features);
            double bias = biases.IsEmpty ? 0 : double.CreateTruncating(biases[c]);
            TensorPrimitives.FusedMultiplyAdd(_mean, T.CreateTruncating(-bias), weights, weights);
            TensorPrimitives.Multiply(weights, T.CreateTruncating(_weights), weights);
            if (!biases.IsEmpty)
            {
                biases[c] = T.CreateTruncating((_bias * bias) - InnerProduct.Of<T>(weights, _mean));
            }
        }
    }
}
