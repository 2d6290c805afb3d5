using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Layers and hidden vectors whose probabilities are spread like a trained language model's.</summary>
/// <remarks>
/// All hidden vectors share a direction along which a class's weights say how popular it is, by Zipf's law: the k-th most popular class
/// gets the logit -ln k from it, and popularity has nothing to do with the order of the classes. Noise of variance 1 tells the rows apart.
/// On top, each row leans toward its target, itself drawn by Zipf's law, until that class has most of the probability in most rows.
/// </remarks>
internal static class TrainedLayer
{
    // The log sum exp of all others is about 3.8 at 50,000 classes.
    private const double TargetLogit = 4.3;

    public static LayerProblem<T> Create<T>(LayerShape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int features, int classes) = shape;
        T[] hidden = RandomData.Uniform<T>((long)rows * features, 1, seed: 1);
        T[] weights = RandomData.Uniform<T>((long)classes * features, 3 / Math.Sqrt(features), seed: 3);
        T[] shared = RandomData.Uniform<T>(features, 1, seed: 5);
        int[] byPopularity = Shuffled(classes, seed: 7);
        double[] draws = RandomData.Uniform<double>(rows, 0.5, seed: 9);

        T square = TensorPrimitives.SumOfSquares<T>(shared);
        for (int rank = 1; rank <= classes; rank++)
        {
            Add(shared, -T.CreateChecked(Math.Log(rank)) / square, Vector(weights, byPopularity[rank - 1]));
        }

        int[] targets = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            int rank = (int)Math.Pow(classes, draws[row] + 0.5);   // Of ranks on 1 to V, k has a probability of about 1 / (k ln V).
            targets[row] = byPopularity[Math.Min(rank, classes) - 1];
            Span<T> h = Vector(hidden, row);
            ReadOnlySpan<T> w = Vector(weights, targets[row]);
            Add(shared, T.One, h);
            Add(w, (T.CreateChecked(TargetLogit) - TensorPrimitives.Dot(w, h)) / TensorPrimitives.SumOfSquares(w), h);
        }

        return new LayerProblem<T>(shape, hidden, weights, targets);

        Span<T> Vector(T[] matrix, int row) => matrix.AsSpan(row * features, features);
    }

    /// <summary>The share of all probabilities above the threshold, over every eighth row.</summary>
    public static double ShareAbove<T>(double threshold, LayerProblem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int step = 8;
        (int rows, int features, int classes) = problem.Shape;
        T[] logits = new T[classes];
        long above = 0;
        long all = 0;
        for (int row = 0; row < rows; row += step)
        {
            ReadOnlySpan<T> h = problem.Hidden.AsSpan(row * features, features);
            for (int i = 0; i < classes; i++)
            {
                logits[i] = TensorPrimitives.Dot(problem.Weights.AsSpan(i * features, features), h);
            }

            TensorPrimitives.Subtract(logits, TensorPrimitives.Max<T>(logits), logits);
            TensorPrimitives.Exp<T>(logits, logits);
            T least = T.CreateChecked(threshold) * TensorPrimitives.Sum<T>(logits);
            above += logits.Count(value => value > least);
            all += classes;
        }

        return above / (double)all;
    }

    private static void Add<T>(ReadOnlySpan<T> vector, T factor, Span<T> to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.MultiplyAdd(vector, factor, to, to);

    private static int[] Shuffled(int count, uint seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Array.Sort(RandomData.Uniform<double>(count, 1, seed), order);
        return order;
    }
}
