using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>
/// A step of gradient descent without Step: the library's dL/dW in memory, then one pass of TensorPrimitives over it and the weights.
/// </summary>
internal static class UpdateAfterGradient
{
    public static CrossEntropyResult Run<T>(LayerProblem<T> problem, double learningRate, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CrossEntropyResult result = problem.LossAndGradient(options);
        TensorPrimitives.MultiplyAdd(problem.WeightGradient, T.CreateChecked(-learningRate), problem.Weights, problem.Weights);
        return result;
    }
}
