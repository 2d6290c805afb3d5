using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Optimizers;

/// <summary>The checks that all optimizers share: of their factors once, of what they are handed at every call.</summary>
internal static class OptimizerChecks
{
    /// <summary>1e39 is finite, but not as a float.</summary>
    public static void Factor<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Range(value >= 0 && T.IsFinite(T.CreateTruncating(value)), value, name, "finite in its type and not negative");

    public static void Share(double value, string name) => Range(value is >= 0 and < 1, value, name, "at least 0 and below 1");

    public static void Range<TValue>(bool holds, TValue value, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {range}.");
        }
    }

    public static void Block<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        Checks.ElementType<T>();
        Range(index >= 0, index, nameof(index), "not negative");
        Checks.Length(gradient.Length, weights.Length, nameof(gradient), "as many as weights");
        Apart(weights, nameof(weights), gradient, nameof(gradient));
    }

    public static void Apart<T>(ReadOnlySpan<T> output, string name, ReadOnlySpan<T> other, string otherName)
    {
        if (output.Overlaps(other))
        {
            throw new ArgumentException(
                $"{name} overlaps {otherName}: its {output.Length} elements and the other's {other.Length} share memory.", name);
        }
    }
}
