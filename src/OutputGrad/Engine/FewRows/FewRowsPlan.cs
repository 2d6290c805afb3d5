using System.Numerics;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.FewRows;

/// <summary>The workspace of a batch of few rows: one strip of logits, and a hidden gradient for each block of classes.</summary>
internal readonly unsafe struct FewRowsPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// As many rows in any case. With more, the sums over the lanes, one per row and class, pay where so many features are summed for
    /// each: measured in docs/experiments.md.
    /// </summary>
    private const int CertainRows = 4;
    private const int FeaturesPerRow = 20;

    /// <summary>
    /// More rows than these want classes enough that the blocks, which are the items, keep several workers busy; tiles have smaller items.
    /// </summary>
    private const int RowsOfFewBlocks = 7;
    private const int ManyClasses = 8 * Blocking.BlockClasses;

    /// <summary>The sizes of the only chunk, without memory.</summary>
    public required Chunk<T> Shape { get; init; }

    public int Workers { get; private init; }

    /// <summary>Whether nothing is wanted but what comes before the gradient: then no logits and no sums are held.</summary>
    public bool IsForwardOnly { get; private init; }

    public long Bytes => Layout(null, out _);

    /// <summary>The plan for a batch of few rows, whether it fits or not; null for too many rows.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    public static FewRowsPlan<T>? Of(int rows, int features, int classes, CrossEntropyOptions options)
    {
        int most = classes < ManyClasses ? RowsOfFewBlocks : Lanes<T>.Count;
        if (rows > Math.Max(CertainRows, Math.Min(most, features / FeaturesPerRow)))
        {
            return null;
        }

        FewRowsPlan<T> plan = new()
        {
            Shape = new()
            {
                Rows = rows,
                Features = features,
                Classes = classes,
                Filters = options.HiddenFilterThreshold > 0 || options.WeightFilterThreshold > 0,
            },
            Workers = 1,
        };
        return plan.WithWorkers(options);
    }

    /// <summary>The same rows, forwards alone.</summary>
    public FewRowsPlan<T> ForForward() => this with { IsForwardOnly = true };

    /// <summary>The same rows for a part of the classes.</summary>
    public FewRowsPlan<T> ForShard(int classes, CrossEntropyOptions options)
    {
        Chunk<T> shape = Shape;
        shape.Classes = classes;
        return (this with { Shape = shape, Workers = 1 }).WithWorkers(options);
    }

    /// <summary>More workers where their memory fits too; how the work is done must not depend on how many do it.</summary>
    private FewRowsPlan<T> WithWorkers(CrossEntropyOptions options)
    {
        long scratch = (this with { Workers = 2 }).Bytes - Bytes + (2 * CacheLine.Bytes);
        long most = 1 + Math.Max(0, (Workspace.LimitOf(options) - Bytes) / scratch);
        return this with { Workers = (int)Math.Min(most, LayerPlan<T>.WorkersFor(Shape.Rows, Shape.Features, Shape.Classes, options)) };
    }

    /// <summary>Lays the arrays out from <paramref name="start"/> on; returns the bytes they take.</summary>
    public long Layout(byte* start, out FewRowsWorkspace<T> arrays)
    {
        WorkspaceCursor cursor = new(start);
        Chunk<T> chunk = Shape;
        chunk.Logits = cursor.Take<T>(IsForwardOnly ? 0 : chunk.Blocks * chunk.BlockStride);
        chunk.HiddenColumns = cursor.Take<T>((long)chunk.Rows * chunk.Features);
        chunk.HiddenRows = cursor.Take<T>(IsForwardOnly ? 0 : chunk.PaddedFeatures * chunk.PaddedRows);
        chunk.TakeStatistics(ref cursor);
        chunk.Mask = chunk.Filters ? new(ref cursor, chunk.Strips, chunk.Blocks) : default;
        chunk.RowStates = cursor.Take<RowState>(chunk.PaddedRows);
        arrays = new()
        {
            Chunk = chunk,
            HiddenSums = cursor.Take<T>(IsForwardOnly ? 0 : chunk.Blocks * chunk.Rows * chunk.PaddedFeatures),
            Scratch = cursor.Take<T>(Workers * new WorkerScratch<T>(null, Shape, 0).Elements),
        };
        arrays.WeightRows = cursor.Take<T>(IsForwardOnly ? 0 : Workers * arrays.WeightRowsElements);
        arrays.Biases = cursor.Take<T>(IsForwardOnly ? 0 : (long)Workers * Blocking.BlockClasses);
        return cursor.Bytes;
    }
}
