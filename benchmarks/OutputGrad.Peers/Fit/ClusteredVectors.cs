using System.Numerics.Tensors;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Peers.Fit;

/// <summary>Labeled unit vectors like embeddings of short texts: clusters in a cone, with most variance in a few directions.</summary>
/// <remarks>
/// A vector is the sum of a direction that all share, its class's center and noise, scaled to length 1. The d-th coordinate of centers and
/// noise is scaled by 1 / sqrt(1 + d / 32). Nothing but additions, multiplications, divisions and square roots is computed, one number
/// after the other: the same vectors everywhere.
/// </remarks>
internal sealed class ClusteredVectors
{
    /// <summary>Times the centers' size: with 384 features and 77 classes, 92 to 94 of 100 held-out vectors can be told.</summary>
    private const float Noise = 4;

    private readonly float[] _vectors;
    private readonly int[] _labels;

    public ClusteredVectors(LayerShape shape, int heldOut)
    {
        Shape = shape;
        (int rows, int features, int classes) = shape;
        _vectors = RandomData.Uniform<float>(((long)rows + heldOut) * features, Noise, seed: 11);
        _labels = RandomData.Classes(rows + heldOut, classes, seed: 13);
        float[] centers = RandomData.Uniform<float>((long)classes * features, 1, seed: 17);
        float[] shared = RandomData.Uniform<float>(features, 1, seed: 19);
        float[] spread = [.. Enumerable.Range(0, features).Select(d => (float)(1 / Math.Sqrt(1 + (d / 32.0))))];
        for (int row = 0; row < _labels.Length; row++)
        {
            Span<float> vector = _vectors.AsSpan(row * features, features);
            TensorPrimitives.Add(vector, centers.AsSpan(_labels[row] * features, features), vector);
            TensorPrimitives.Multiply(vector, spread, vector);
            TensorPrimitives.Add(vector, shared, vector);
            TensorPrimitives.Divide(vector, Length(vector), vector);
        }
    }

    public LayerShape Shape { get; }

    /// <summary>The rows to fit to.</summary>
    public LabeledBatch<float> Training => new(_vectors.AsSpan(0, Shape.Rows * Shape.Features), _labels.AsSpan(0, Shape.Rows));

    /// <summary>Rows of the same kind that no fit sees.</summary>
    public LabeledBatch<float> HeldOut => new(_vectors.AsSpan(Shape.Rows * Shape.Features), _labels.AsSpan(Shape.Rows));

    private static float Length(ReadOnlySpan<float> vector)
    {
        double square = 0;
        foreach (float number in vector)
        {
            square += (double)number * number;
        }

        return (float)Math.Sqrt(square);
    }
}
