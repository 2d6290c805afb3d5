using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>The workspace of a pass over few rows.</summary>
internal unsafe struct FewRowsArrays<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required Chunk<T> Chunk;

    /// <summary>The hidden gradient of each block of classes: blocks x rows x features.</summary>
    public required T* HiddenSums;

    /// <summary>The <see cref="WorkerScratch{T}"/> of every worker.</summary>
    public required T* Scratch;

    /// <summary>For every worker the gradient of classes that are updated together.</summary>
    public required T* Updated;

    public readonly T* HiddenSum(int block, int row) => HiddenSums + ((((nint)block * Chunk.Rows) + row) * Chunk.Features);

    public readonly T* UpdatedRows(int worker) => Updated + ((nint)worker * Survivors<T>.Together * Chunk.Features);
}
