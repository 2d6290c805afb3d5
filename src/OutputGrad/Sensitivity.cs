using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad;

/// <summary>Which weights matter most for one example.</summary>
/// <example>
/// <code>
/// float[] residual = [.2f, -.9f, .7f], hidden = [0f, 1f, .5f];            // of one row: p - target, and its features
/// Dial&lt;float>[] dials = new Dial&lt;float>[2];
///
/// Sensitivity.TopDials&lt;float>(residual, hidden, dials);
/// Console.WriteLine($"class {dials[0].Class}, feature {dials[0].Feature}: {dials[0].Slope:F1}");    // class 1, feature 1: -0.9
/// </code>
/// </example>
public static class Sensitivity
{
    /// <summary>
    /// Finds the entries with the largest |slope|, largest first, of the outer product residual (x) hidden, which is one example's dL/dW.
    /// The matrix is never formed: its largest entries lie where both factors are large.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="residual">dL/dlogits of the example, one number per class.</param>
    /// <param name="hidden">The example's hidden vector, one number per feature.</param>
    /// <param name="destination">
    /// Receives the dials; its length k is the number of dials to find. Elements beyond the matrix's size are not changed.
    /// </param>
    /// <returns>The number of dials written: k, or classes x features if that is less.</returns>
    /// <remarks>
    /// Slopes are compared in double, in which those of floats are exact. Equal slopes, including those that rounding made equal or
    /// infinite, are ordered by the lower class, then by the lower feature. NaN ranks with infinity, and infinity times 0, which is NaN,
    /// with 0. For vectors in no particular order, and if few slopes equal the k-th, the time is a few sweeps over each vector and at most
    /// O(k^2) more; for ascending magnitudes it is O(n log k).
    /// </remarks>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int TopDials<T>(ReadOnlySpan<T> residual, ReadOnlySpan<T> hidden, Span<Dial<T>> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        int wanted = (int)Math.Min(destination.Length, (long)residual.Length * hidden.Length);
        if (wanted == 0)
        {
            return 0;
        }

        Rank[] larger = LargerThanLast(Largest(residual, wanted), Largest(hidden, wanted), wanted, out double last);
        Array.Sort(larger);
        for (int i = 0; i < larger.Length; i++)
        {
            destination[i] = new(larger[i].Class, larger[i].Feature, residual[larger[i].Class] * hidden[larger[i].Feature]);
        }

        TakeEqual(residual, hidden, last, destination[larger.Length..wanted]);
        return wanted;
    }

    /// <summary>Of the largest dials those whose slopes are larger than that of the last one, in no order that counts.</summary>
    /// <remarks>No entry outside the k largest factors of each side can be larger than the k-th largest product.</remarks>
    private static Rank[] LargerThanLast(Ranked[] classes, Ranked[] features, int wanted, out double last)
    {
        // per class the next feature to take, which the sorted features make the class's largest entry that is left
        PriorityQueue<(Ranked Class, int Next), Rank> candidates = new(classes.Length);
        foreach (Ranked c in classes)
        {
            Add(c, 0);
        }

        Rank[] largest = new Rank[wanted];
        for (int i = 0; i < wanted; i++)
        {
            candidates.TryDequeue(out (Ranked Class, int Next) candidate, out largest[i]);
            if (candidate.Next + 1 < features.Length)
            {
                Add(candidate.Class, candidate.Next + 1);
            }
        }

        last = largest[^1].Magnitude;
        int larger = 0;
        while (largest[larger].Magnitude > last)
        {
            larger++;
        }

        return largest[..larger];

        void Add(Ranked c, int next) =>
            candidates.Enqueue((c, next), new(Product(c.Magnitude, features[next].Magnitude), c.Index, features[next].Index));
    }

    /// <summary>The first dials with slopes of this magnitude, by class and then by feature.</summary>
    private static void TakeEqual<T>(ReadOnlySpan<T> residual, ReadOnlySpan<T> hidden, double magnitude, Span<Dial<T>> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // a class or a feature whose largest slope is less has none
        double largestHidden = Largest(hidden, 1)[0].Magnitude;
        List<int> features = FeaturesOf(hidden, Largest(residual, 1)[0].Magnitude, magnitude);
        int found = 0;
        for (int c = 0; c < residual.Length && found < destination.Length; c++)
        {
            double own = Magnitude(residual[c]);
            if (Product(own, largestHidden) >= magnitude)
            {
                for (int i = 0; i < features.Count && found < destination.Length; i++)
                {
                    int feature = features[i];
                    if (Product(own, Magnitude(hidden[feature])) == magnitude)
                    {
                        destination[found++] = new(c, feature, residual[c] * hidden[feature]);
                    }
                }
            }
        }
    }

    /// <summary>The features that have a slope of at least this magnitude, in order.</summary>
    private static List<int> FeaturesOf<T>(ReadOnlySpan<T> hidden, double largestResidual, double magnitude)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<int> features = [];
        for (int feature = 0; feature < hidden.Length; feature++)
        {
            if (Product(largestResidual, Magnitude(hidden[feature])) >= magnitude)
            {
                features.Add(feature);
            }
        }

        return features;
    }

    private static double Magnitude<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double magnitude = Math.Abs(double.CreateTruncating(value));
        return double.IsNaN(magnitude) ? double.PositiveInfinity : magnitude;
    }

    private static double Product(double left, double right)
    {
        double product = left * right;
        return double.IsNaN(product) ? 0 : product;
    }

    /// <summary>The positions of the values with the largest magnitudes, largest first, ties by position.</summary>
    private static Ranked[] Largest<T>(ReadOnlySpan<T> values, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PriorityQueue<Ranked, Ranked> smallestFirst = new();
        for (int i = 0; i < values.Length; i++)
        {
            Ranked value = new(Magnitude(values[i]), i);
            if (smallestFirst.Count < count)
            {
                smallestFirst.Enqueue(value, value);
            }
            else if (count > 0)
            {
                smallestFirst.EnqueueDequeue(value, value);
            }
        }

        Ranked[] largest = new Ranked[smallestFirst.Count];
        for (int i = largest.Length - 1; i >= 0; i--)
        {
            largest[i] = smallestFirst.Dequeue();
        }

        return largest;
    }

    /// <summary>A value's magnitude and position; the smaller magnitude sorts first, then the later position.</summary>
    private readonly record struct Ranked(double Magnitude, int Index) : IComparable<Ranked>
    {
        public int CompareTo(Ranked other)
        {
            int bySize = Magnitude.CompareTo(other.Magnitude);
            return bySize != 0 ? bySize : other.Index.CompareTo(Index);
        }
    }

    /// <summary>An entry's place in the order: the larger magnitude sorts first, then the lower class, then the lower feature.</summary>
    private readonly record struct Rank(double Magnitude, int Class, int Feature) : IComparable<Rank>
    {
        public int CompareTo(Rank other)
        {
            int bySize = other.Magnitude.CompareTo(Magnitude);
            int byClass = Class.CompareTo(other.Class);
            return bySize != 0 ? bySize : byClass != 0 ? byClass : Feature.CompareTo(other.Feature);
        }
    }
}
