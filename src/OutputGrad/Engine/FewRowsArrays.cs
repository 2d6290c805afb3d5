using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>The workspace of a pass over few rows.</summary>
internal unsafe struct FewRowsArrays<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The gradient of classes that are updated together, and a row that nobody reads.</summary>
    public const int FeatureRowsOfWorker = Survivors<T>.Together + 1;

    public required Chunk<T> Chunk;

    /// <summary>The hidden gradient of each block of classes: blocks x rows x features.</summary>
    public required T* HiddenSums;

    /// <summary>The <see cref="WorkerScratch{T}"/> of every worker.</summary>
    public required T* Scratch;

    /// <summary><see cref="FeatureRowsOfWorker"/> rows of features for every worker.</summary>
    public required T* FeatureRows;

    public readonly T* HiddenSum(int block, int row) => HiddenSums + ((((nint)block * Chunk.Rows) + row) * Chunk.Features);

    public readonly T* FeatureRow(int worker, int row) => FeatureRows + ((((nint)worker * FeatureRowsOfWorker) + row) * Chunk.Features);
}
