using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The layer forwards over TensorPrimitives: logits by dot products, then a softmax of each row or its logarithm.</summary>
internal sealed class TensorPrimitivesForward<T>(ForwardLayer<T> layer)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _scratch = new T[layer.Shape.Classes];

    public void LogProbabilities(Span<T> destination)
    {
        (int rows, _, int classes) = layer.Shape;
        TensorPrimitivesLogits.Fill(layer.Shape, layer.Hidden, layer.Weights, destination);
        for (int row = 0; row < rows; row++)
        {
            Span<T> z = destination.Slice(row * classes, classes);
            TensorPrimitives.Subtract(z, TensorPrimitives.Max<T>(z), z);
            TensorPrimitives.Exp(z, _scratch);
            TensorPrimitives.Subtract(z, T.Log(TensorPrimitives.Sum<T>(_scratch)), z);
        }
    }

    public void Probabilities(Span<T> destination)
    {
        (int rows, _, int classes) = layer.Shape;
        TensorPrimitivesLogits.Fill(layer.Shape, layer.Hidden, layer.Weights, destination);
        for (int row = 0; row < rows; row++)
        {
            Span<T> z = destination.Slice(row * classes, classes);
            TensorPrimitives.Subtract(z, TensorPrimitives.Max<T>(z), z);
            TensorPrimitives.Exp(z, z);
            TensorPrimitives.Divide(z, TensorPrimitives.Sum<T>(z), z);
        }
    }
}
