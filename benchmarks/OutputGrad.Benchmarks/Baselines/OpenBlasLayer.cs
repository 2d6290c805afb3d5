using System.Numerics;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>
/// The layer's three matrix products as bare calls of OpenBLAS, with the logits in memory and no softmax at all: less than the layer needs, so
/// a lower bound of what any composition around OpenBLAS takes.
/// </summary>
internal sealed class OpenBlasLayer<T>(LayerProblem<T> problem)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _logits = new T[(long)problem.Shape.Rows * problem.Shape.Classes];
    private readonly T[] _hiddenGradient = new T[problem.Hidden.Length];
    private readonly T[] _weightGradient = new T[problem.Weights.Length];

    public Contestant Contestant(int threads) => new("OpenBLAS, three bare products", () => Run(threads), problem.Shape.Flops);

    private void Run(int threads)
    {
        (int rows, int features, int classes) = problem.Shape;
        OpenBlas.SetThreads(threads);
        OpenBlas.Multiply(Transposition.None, Transposition.Transposed, rows, classes, features, problem.Hidden, problem.Weights, _logits);
        OpenBlas.Multiply(Transposition.Transposed, Transposition.None, classes, features, rows, _logits, problem.Hidden, _weightGradient);
        OpenBlas.Multiply(Transposition.None, Transposition.None, rows, features, classes, _logits, problem.Weights, _hiddenGradient);
    }
}
