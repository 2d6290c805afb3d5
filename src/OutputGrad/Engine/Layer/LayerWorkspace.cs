using System.Numerics;

namespace OutputGrad.Engine.Layer;

/// <summary>The workspace of a pass over the layer.</summary>
internal unsafe struct LayerWorkspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required Chunk<T> Chunk;

    /// <summary>The <see cref="WorkerScratch{T}"/> of every worker.</summary>
    public required T* Scratch;

    /// <summary>
    /// Where weights are updated, their gradient and that of the bias, of the classes that are swept together; null elsewhere.
    /// </summary>
    public required T* WeightGradient;
    public required T* BiasGradient;
}
