using System.Numerics;
using OutputGrad.Engine;

namespace OutputGrad;

/// <summary>Which weights matter most for one example.</summary>
public static class Sensitivity
{
    /// <summary>
    /// The entries of the outer product residual (x) hidden, which is one example's dL/dW, with the largest |slope|, largest first. The matrix is
    /// never formed: its largest entries lie where both factors are large.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="residual">dL/dlogits of the example, one number per class.</param>
    /// <param name="hidden">The example's hidden vector, one number per feature.</param>
    /// <param name="destination">
    /// Receives the dials; its length k is how many are wanted. Elements beyond the matrix's size are left as they are.
    /// </param>
    /// <returns>How many dials were written: k, or classes x features where that is less.</returns>
    /// <remarks>
    /// Ties go to the lower class, then to the lower feature. NaN ranks with infinity, and infinity times 0, which is NaN, with 0.
    /// Takes one sweep over each vector and O(k log k) beyond it.
    /// </remarks>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int TopDials<T>(ReadOnlySpan<T> residual, ReadOnlySpan<T> hidden, Span<Dial<T>> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        int wanted = (int)Math.Min(destination.Length, (long)residual.Length * hidden.Length);

        // no entry outside the k largest factors of each side can be among the k largest products
        Ranked[] classes = Largest(residual, wanted);
        Ranked[] features = Largest(hidden, wanted);

        // per class the next feature to take, which the sorted features make the class's largest entry that is left
        PriorityQueue<(Ranked Class, int Next), Rank> candidates = new(classes.Length);
        foreach (Ranked c in classes)
        {
            Add(c, 0);
        }

        for (int i = 0; i < wanted; i++)
        {
            (Ranked c, int next) = candidates.Dequeue();
            int feature = features[next].Index;
            destination[i] = new(c.Index, feature, residual[c.Index] * hidden[feature]);
            if (next + 1 < features.Length)
            {
                Add(c, next + 1);
            }
        }

        return wanted;

        void Add(Ranked c, int next)
        {
            double magnitude = c.Magnitude * features[next].Magnitude;
            candidates.Enqueue((c, next), new(double.IsNaN(magnitude) ? 0 : magnitude, c.Index, features[next].Index));
        }
    }

    /// <summary>The positions of the values with the largest magnitudes, largest first, ties by position.</summary>
    private static Ranked[] Largest<T>(ReadOnlySpan<T> values, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PriorityQueue<Ranked, Ranked> smallestFirst = new();
        for (int i = 0; i < values.Length; i++)
        {
            double magnitude = Math.Abs(double.CreateTruncating(values[i]));
            Ranked value = new(double.IsNaN(magnitude) ? double.PositiveInfinity : magnitude, i);
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
