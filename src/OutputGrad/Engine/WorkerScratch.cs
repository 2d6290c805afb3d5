using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>What one worker holds for itself. A worker does one thing at a time, so that the phases share it.</summary>
internal readonly unsafe struct WorkerScratch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;

    public WorkerScratch(T* start) => _start = start;

    private static nint StripElements => Chunk<T>.BlockClasses * Chunk<T>.Lanes;

    /// <summary>A block of logits for a group of strips that are not stored, or a block of weights for a panel of features.</summary>
    public T* Panel => _start;

    /// <summary>A block of one strip: logits on their way through a softcap, and lanes of the bias gradient.</summary>
    public T* Work => Panel + (Chunk<T>.GroupStrips * StripElements);

    /// <summary>A block of one strip: the softcap's slopes.</summary>
    public T* Slopes => Work + StripElements;

    /// <summary>A block of one strip: the dense part of the targets' weights.</summary>
    public T* DenseTargets => Slopes + StripElements;

    /// <summary>A tile's result on its way to where only a part of it fits.</summary>
    public T* Tile => DenseTargets + StripElements;

    /// <summary>The last weights of a block, padded to a tile's height, one run of depth long.</summary>
    public T* EdgeWeights => Tile + (Chunk<T>.TileHeight * Chunk<T>.GroupStrips * Chunk<T>.Lanes);

    public static long Elements(int depth) =>
        ((Chunk<T>.GroupStrips + 3) * StripElements) + (Chunk<T>.TileHeight * ((Chunk<T>.GroupStrips * Chunk<T>.Lanes) + (long)depth));
}
