using System.Numerics;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;

namespace OutputGrad.Engine.Layer;

/// <summary>
/// What one worker holds for itself. A worker does one thing at a time, so that what one phase needs lies where another's has been.
/// </summary>
internal readonly unsafe struct WorkerScratch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;
    private readonly nint _strip;
    private readonly nint _panel;

    /// <summary>One worker's part of the scratch memory.</summary>
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

    /// <summary>A block of logits for a group of strips that are not stored.</summary>
    public T* GroupLogits => _start;

    /// <summary>A block of weights for a panel of features.</summary>
    public T* WeightPanel => _start;

    /// <summary>A block of one strip: a line of sums for each class.</summary>
    public T* BiasLanes => Strip.Capped;

    /// <summary>A line: a factor for each row of a strip.</summary>
    public T* Clips => Tile;

    public StripScratch<T> Strip
    {
        get
        {
            T* capped = _start + _panel;
            return new()
            {
                Capped = capped,
                Slopes = capped + _strip,
                DenseTargets = capped + (2 * _strip),
                SquaredResiduals = _start,
                KnownSums = Tile,
            };
        }
    }

    /// <summary>A tile's result on its way to where only a part of it fits.</summary>
    public T* Tile => _start + _panel + (3 * _strip);

    /// <summary>A tile's height of weights, one run of features long, that are widened.</summary>
    public T* WidenedWeights => Tile + (Blocking.TileHeight * Blocking.GroupStrips * Lanes<T>.Count);
}
