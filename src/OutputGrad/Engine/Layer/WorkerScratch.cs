using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Layer;

/// <summary>What one worker holds for itself. A worker does one thing at a time, so that the phases share it.</summary>
internal readonly unsafe struct WorkerScratch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;
    private readonly nint _strip;
    private readonly nint _panel;

    /// <param name="start">Room for the <see cref="Elements"/> of every worker; null to ask for their number.</param>
    /// <param name="shape">The sizes of a chunk.</param>
    /// <param name="worker">Which worker's part is meant.</param>
    public WorkerScratch(T* start, in Chunk<T> shape, int worker)
    {
        int widest = Math.Max(shape.Strips, Blocking.Divide(shape.Features, Lanes<T>.Count));
        int depth = Math.Min(shape.Features, Blocking.RunFeatures);
        _strip = shape.StripStride(0);
        _panel = Math.Min(Blocking.GroupStrips, widest) * _strip;
        Elements = _panel + (3 * _strip) + (Blocking.TileHeight * ((Blocking.GroupStrips * Lanes<T>.Count) + depth));
        _start = start + (worker * Elements);
    }

    public nint Elements { get; }

    /// <summary>A block of logits for a group of strips that are not stored, or a block of weights for a panel of features.</summary>
    public T* Panel => _start;

    /// <summary>A block of one strip: logits on their way through a softcap, and lanes of the bias gradient.</summary>
    public T* Work => Panel + _panel;

    /// <summary>A block of one strip: the softcap's slopes.</summary>
    public T* Slopes => Work + _strip;

    /// <summary>A block of one strip: the dense part of the targets' weights.</summary>
    public T* DenseTargets => Slopes + _strip;

    /// <summary>A tile's result on its way to where only a part of it fits.</summary>
    public T* Tile => DenseTargets + _strip;

    /// <summary>The last weights of a block, padded to a tile's height, one run of depth long.</summary>
    public T* EdgeWeights => Tile + (Blocking.TileHeight * Blocking.GroupStrips * Lanes<T>.Count);
}
