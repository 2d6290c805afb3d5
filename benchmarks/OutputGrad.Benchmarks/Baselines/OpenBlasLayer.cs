using System.Numerics;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>
/// The layer's three matrix products as bare calls of OpenBLAS, with the logits in memory and no softmax at all. This is less than the
/// layer needs, so it is a lower bound of what any composition around OpenBLAS takes.
/// </summary>
internal sealed class OpenBlasLayer<T>(LayerProblem<T> problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _logits = new T[(long)problem.Shape.Rows * problem.Shape.Classes];
    private readonly T[] _hiddenGradient = new T[problem.Hidden.Length];
    private readonly T[] _weightGradient = new T[problem.Weights.Length];

    public Contestant Contestant(int threads) => new("OpenBLAS's products", () => Run(threads), problem.Shape.Flops)
    {
        Rest = threads == 1 ? TimeSpan.Zero : Alternation.OtherThreadsRest,
    };

    public void Run(int threads)
    {
        (int rows, int features, int classes) = problem.Shape;
        OpenBlas.SetThreads(threads);
        BlasMatrix<T> hidden = new(problem.Hidden, rows, features);
        BlasMatrix<T> weights = new(problem.Weights, classes, features);
        BlasMatrix<T> weightsTransposed = new(problem.Weights, features, classes, Transposition.Transposed);
        BlasMatrix<T> residual = new(_logits, rows, classes);
        BlasMatrix<T> residualTransposed = new(_logits, classes, rows, Transposition.Transposed);
        OpenBlas.Multiply(hidden, weightsTransposed, _logits);
        OpenBlas.Multiply(residualTransposed, hidden, _weightGradient);
        OpenBlas.Multiply(residual, weights, _hiddenGradient);
    }
}
