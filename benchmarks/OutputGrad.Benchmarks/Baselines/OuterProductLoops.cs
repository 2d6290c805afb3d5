using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The sum of the first so many outer products of a problem, as one writes it without the library.</summary>
internal static class OuterProductLoops
{
    /// <summary>A multiply-add of a row per residual. Classes are the outer loop: each row of the destination is visited once.</summary>
    public static void ByTensorPrimitives<T>(OuterProblem<T> problem, int rows, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (_, int features, int classes) = problem.Shape;
        for (int v = 0; v < classes; v++)
        {
            Span<T> destination = problem.Destination.AsSpan(v * features, features);
            for (int n = 0; n < rows; n++)
            {
                T factor = scale * problem.Residuals[n * classes + v];
                TensorPrimitives.MultiplyAdd(problem.Hidden.AsSpan(n * features, features), factor, destination, destination);
            }
        }
    }

    public static void ByElements<T>(OuterProblem<T> problem, int rows, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (_, int features, int classes) = problem.Shape;
        for (int v = 0; v < classes; v++)
        {
            Span<T> destination = problem.Destination.AsSpan(v * features, features);
            for (int n = 0; n < rows; n++)
            {
                T factor = scale * problem.Residuals[n * classes + v];
                ReadOnlySpan<T> hidden = problem.Hidden.AsSpan(n * features, features);
                for (int d = 0; d < hidden.Length; d++)
                {
                    destination[d] += factor * hidden[d];
                }
            }
        }
    }

    /// <summary>One matrix product into the destination; only the scale 1 is offered.</summary>
    public static void ByOpenBlas<T>(OuterProblem<T> problem, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (_, int features, int classes) = problem.Shape;
        OpenBlas.SetThreads(1);
        BlasMatrix<T> residuals = new(problem.Residuals, classes, rows, Transposition.Transposed);
        BlasMatrix<T> hidden = new(problem.Hidden, rows, features);
        OpenBlas.Multiply(residuals, hidden, problem.Destination, kept: 1);
    }
}
