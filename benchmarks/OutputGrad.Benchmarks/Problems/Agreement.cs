using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Whether two implementations computed the same thing: a comparison of speeds is worth nothing otherwise.</summary>
internal static class Agreement
{
    /// <summary>
    /// Throws unless the elements differ by at most a tolerance times the largest of them. Rounding moves a logit by at most
    /// features * epsilon * |w| |h|, about 4e-4 in single precision at 1024 features in the worst case and its square root's
    /// share of that, 1e-5, in fact; a residual moves by that relative to itself.
    /// </summary>
    public static void Require<T>(string what, ReadOnlySpan<T> ours, ReadOnlySpan<T> theirs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double tolerance = typeof(T) == typeof(float) ? 4e-4 : 1e-12;
        double largest = double.CreateChecked(TensorPrimitives.MaxMagnitude(theirs));
        double difference = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(double.CreateChecked(ours[i]) - double.CreateChecked(theirs[i])));
        }

        if (!(difference <= tolerance * Math.Abs(largest)))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The {what} differ by {difference:g3}; their largest magnitude is {largest:g3}."));
        }
    }

    /// <summary>Throws unless two losses agree to single or double precision's worth of an average over rows.</summary>
    public static void RequireLoss<T>(double ours, double theirs)
    {
        double tolerance = typeof(T) == typeof(float) ? 1e-5 : 1e-12;
        if (!(Math.Abs(ours - theirs) <= tolerance * Math.Abs(theirs)))
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The losses differ: {ours:r} and {theirs:r}."));
        }
    }
}
