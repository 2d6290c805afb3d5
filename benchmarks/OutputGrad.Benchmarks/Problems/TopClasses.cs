using System.Numerics;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>The library's search for the most likely classes of a layer's rows, and what it finds.</summary>
internal sealed class TopClasses<T>(ForwardLayer<T> layer, int count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>rows x count.</summary>
    public int[] Classes { get; } = new int[layer.Shape.Rows * count];

    /// <summary>rows x count.</summary>
    public T[] LogProbabilities { get; } = new T[layer.Shape.Rows * count];

    public Contestant Contestant(int threads)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = threads };
        return new Contestant("TopK", () => Find(options), layer.Flops);
    }

    public void Find(CrossEntropyOptions options) => layer.TopK(Classes, LogProbabilities, options);
}
