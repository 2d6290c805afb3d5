using System.Numerics;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Inputs and the destination of a sum of outer products: the weight gradient of a layer whose residuals are given.</summary>
internal sealed class OuterProblem<T>(LayerShape shape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LayerShape Shape { get; } = shape;

    /// <summary>rows x classes.</summary>
    public T[] Residuals { get; } = RandomData.Uniform<T>((long)shape.Rows * shape.Classes, 1, seed: 1);

    /// <summary>rows x features.</summary>
    public T[] Hidden { get; } = RandomData.Uniform<T>((long)shape.Rows * shape.Features, 1, seed: 2);

    /// <summary>classes x features.</summary>
    public T[] Destination { get; } = new T[(long)shape.Classes * shape.Features];
}
