using System.Numerics;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.FewRows;

/// <summary>The workspace of a pass over few rows.</summary>
internal unsafe struct FewRowsWorkspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required Chunk<T> Chunk;

    /// <summary>The <see cref="HiddenSums{TSimd, TVector, T}"/> of every block.</summary>
    public required T* HiddenSums;

    /// <summary>The <see cref="WorkerScratch{T}"/> of every worker.</summary>
    public required T* Scratch;

    /// <summary>For every worker the gradient of classes that are written or updated together, and that of a block's biases.</summary>
    public required T* WeightRows;
    public required T* Biases;

    public readonly T* HiddenSumsOf(int block) => HiddenSums + (block * Chunk.Rows * (nint)Chunk.PaddedFeatures);

    public readonly T* WeightRowsOf(int worker) => WeightRows + ((nint)worker * Blocking.TileHeight * Chunk.Features);

    public readonly T* BiasesOf(int worker) => Biases + ((nint)worker * Blocking.BlockClasses);
}
