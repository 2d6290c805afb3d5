using System.Numerics;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.FewRows;

/// <summary>The workspace of a pass over few rows.</summary>
internal unsafe struct FewRowsWorkspace<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Of the gradient on its way to the optimizer, or past the caches: half a first-level cache of today, so that it is still there when
    /// it is taken. Tiles of smaller pieces take longer than that saves; on its way to the caller too, a piece costs a call.
    /// </summary>
    private const int PieceBytes = 16 << 10;

    public required Chunk<T> Chunk;

    /// <summary>The <see cref="HiddenSums{TSimd, TVector, T}"/> of every block.</summary>
    public required T* HiddenSums;

    /// <summary>The <see cref="WorkerScratch{T}"/> of every worker.</summary>
    public required T* Scratch;

    /// <summary>
    /// For every worker a piece of the gradient on its way, and the gradient of a block's biases; laid out last, since the rest says how
    /// long they are.
    /// </summary>
    public T* WeightRows;
    public T* Biases;

    /// <summary>
    /// How many classes a piece of the gradient is, a power of two. Where a filter may decide for 8 together, no more than those.
    /// </summary>
    public readonly int PieceClasses => 1 << BitOperations.Log2((uint)Math.Clamp(
        PieceBytes / (Math.Max(1L, Chunk.Features) * sizeof(T)), 1, Chunk.Filters ? Blocking.TileHeight : Blocking.BlockClasses));

    /// <summary>Of one worker: a piece.</summary>
    public readonly nint WeightRowsElements => (nint)PieceClasses * Chunk.Features;

    public readonly T* HiddenSumsOf(int block) => HiddenSums + (block * Chunk.Rows * (nint)Chunk.PaddedFeatures);

    public readonly T* WeightRowsOf(int worker) => WeightRows + (worker * WeightRowsElements);

    public readonly T* BiasesOf(int worker) => Biases + ((nint)worker * Blocking.BlockClasses);
}
