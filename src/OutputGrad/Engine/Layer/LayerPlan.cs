using System.Numerics;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Layer;

/// <summary>
/// How many rows are worked on at a time and how much of their logits is stored, so that the workspace keeps to its limit.
/// </summary>
/// <remarks>
/// With all logits of a chunk stored, the pass takes 6 operations per row, feature and class. Where not even a narrow chunk's logits fit,
/// they are computed again for the gradient: 8 operations, and nothing that grows with the classes but a few numbers per block. The rows of
/// a chunk are a chain of additions in dL/dW. So that a step of an optimizer makes the same bits as a gradient does, rows are chosen such
/// that both fit, where both can. A step in several chunks holds the state of all rows.
/// </remarks>
internal readonly unsafe struct LayerPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// More rows at a time gain nothing: a chunk's panels of hidden vectors should fit the second-level cache (1024 x 192 bytes).
    /// </summary>
    private const int MostRows = 1024;

    /// <summary>Fewer rows than this read the weights more often than storing logits is worth.</summary>
    private const int FewestStoredRows = 64;

    /// <summary>Blocks that go from exponentials to gradients together: 4096 classes x 1024 rows are 16 MiB, which L3 keeps.</summary>
    private const int SweptBlocks = 8;

    /// <summary>
    /// The gradient that a step holds before it updates the weights with it: with their weights it should stay in the third-level cache.
    /// </summary>
    private const int UpdatedBytes = 4 << 20;

    /// <summary>One part in so many of the workspace is left to the workers: see <see cref="RowsShareOf"/>.</summary>
    private const int WorkersShare = 16;

    private LayerPlan(Chunk<T> shape, int storedBlocks, int chunks)
    {
        Shape = shape;
        StoredBlocks = storedBlocks;
        Chunks = chunks;
        Workers = 1;
    }

    /// <summary>The sizes of a chunk, without memory.</summary>
    public Chunk<T> Shape { get; private init; }

    /// <summary>How many blocks of logits there is room for.</summary>
    public int StoredBlocks { get; private init; }

    /// <summary>How many chunks the rows are.</summary>
    public int Chunks { get; private init; }

    public int Workers { get; private init; }

    /// <summary>Whether weights are updated, which no row may see before all rows' gradients are summed.</summary>
    public bool Updates { get; private init; }

    /// <summary>Whether nothing is wanted but what comes before the gradient: then no logits and no products are held.</summary>
    public bool IsForwardOnly { get; private init; }

    public long Bytes => Layout(null, out _);

    public bool StoresAll => StoredBlocks == Shape.Blocks;

    /// <summary>Whether all rows' softmax must be known before the first gradient, and logits are computed again for it.</summary>
    public bool SeesAllRowsFirst => Updates && Chunks > 1;

    /// <summary>
    /// How many blocks are swept together; more for many workers, who have as many caches, where nothing is held for them.
    /// </summary>
    public int BlocksPerSweep
    {
        get
        {
            long most = Updates ? Math.Clamp(UpdatedBytes / BlockGradientBytes, 1, SweptBlocks)
                : Shape.Filters ? SweptBlocks
                : Math.Max(SweptBlocks, Workers / 4);
            int sweeps = Blocking.Divide(Shape.Blocks, (int)Math.Min(StoredBlocks, most));
            return Blocking.Divide(Shape.Blocks, sweeps);
        }
    }

    private long BlockGradientBytes => (long)Math.Min(Blocking.BlockClasses, Shape.Classes) * Shape.Features * sizeof(T);

    /// <summary>The least that an update with the same rows takes.</summary>
    public LayerPlan<T> LeastForUpdate => this with { Updates = true, StoredBlocks = 1, Workers = 1 };

    /// <summary>As many rows at a time as fit, where a gradient and an update both do; null where no rows do.</summary>
    /// <param name="rows">The rows that count, at least one.</param>
    /// <param name="features">At least one.</param>
    /// <param name="classes">At least one.</param>
    /// <param name="options">Where the limits are.</param>
    public static LayerPlan<T>? WithRoomForUpdate(int rows, int features, int classes, CrossEntropyOptions options)
    {
        Chunk<T> shape = ShapeOf(rows, features, classes, options);
        long limit = Workspace.LimitOf(options);

        // what the pool keeps is no reason to refuse a step that the caller allows more
        return Fit(rows, shape, (RowsShareOf(limit), RowsShareOf(limit)), options)
            ?? Fit(rows, shape, (limit, limit), options)
            ?? Fit(rows, shape, (RowsShareOf(limit), options.MaxWorkspaceBytes), options);
    }

    /// <summary>The same where only a gradient fits.</summary>
    /// <inheritdoc cref="WithRoomForUpdate"/>
    public static LayerPlan<T>? ForGradientAlone(int rows, int features, int classes, CrossEntropyOptions options) =>
        Fit(rows, ShapeOf(rows, features, classes, options), (RowsShareOf(Workspace.LimitOf(options)), long.MaxValue), options);

    /// <summary>What takes the least, whether it fits or not.</summary>
    /// <inheritdoc cref="WithRoomForUpdate"/>
    public static LayerPlan<T> Least(int rows, int features, int classes, CrossEntropyOptions options)
    {
        Chunk<T> shape = ShapeOf(rows, features, classes, options);
        shape.Rows = Math.Min(rows, Lanes<T>.Count);
        LayerPlan<T> least = Balanced(rows, shape, storedBlocks: 1);
        return least.Bytes <= options.MaxWorkspaceBytes ? least.WithWorkers(rows, options) : least;
    }

    /// <summary>The same rows for a step of an optimizer; null where that does not fit.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="options">Where the limits are.</param>
    public LayerPlan<T>? ForUpdate(int rows, CrossEntropyOptions options)
    {
        LayerPlan<T> plan = this with { Updates = true, Workers = 1 };
        if (plan.SeesAllRowsFirst)
        {
            plan = plan with { StoredBlocks = plan.BlocksPerSweep };
        }

        while (plan.Bytes > Workspace.LimitOf(options) && plan.StoredBlocks > 1)
        {
            plan = plan with { StoredBlocks = Math.Min(plan.StoredBlocks - 1, SweptBlocks) };
        }

        return plan.Bytes <= options.MaxWorkspaceBytes ? plan.WithWorkers(rows, options) : null;
    }

    /// <summary>The same rows, forwards alone.</summary>
    public LayerPlan<T> ForForward() => this with { IsForwardOnly = true };

    /// <summary>The same rows for a part of the classes, whose logits are not stored.</summary>
    public LayerPlan<T> ForShard(int classes, int rows, CrossEntropyOptions options)
    {
        Chunk<T> shape = Shape;
        shape.Classes = classes;
        return new LayerPlan<T>(shape, Math.Min(Math.Min(StoredBlocks, shape.Blocks), SweptBlocks), Chunks).WithWorkers(rows, options);
    }

    private static Chunk<T> ShapeOf(int rows, int features, int classes, CrossEntropyOptions options) => new()
    {
        Rows = Math.Min(rows, MostRows),
        Features = features,
        Classes = classes,
        Filters = options.HiddenFilterThreshold > 0 || options.WeightFilterThreshold > 0,
    };

    /// <summary>
    /// What of a limit the rows may take beside one worker. How many more workers there are must not change the rows, because the rows of a
    /// chunk are a chain of additions; so a share of the limit is left to them.
    /// </summary>
    private static long RowsShareOf(long limit) => limit - (limit / WorkersShare);

    private static LayerPlan<T>? Fit(int rows, Chunk<T> shape, (long Gradient, long Update) limits, CrossEntropyOptions options)
    {
        LayerPlan<T>? plan = Fit(rows, shape, shape.Blocks, FewestStoredRows, limits);
        for (int blocks = Math.Min(shape.Blocks, SweptBlocks); blocks > 0 && plan is null; blocks--)
        {
            plan = Fit(rows, shape, blocks, Lanes<T>.Count, limits);
        }

        return plan?.WithWorkers(rows, options);
    }

    private static LayerPlan<T>? Fit(int rows, Chunk<T> shape, int storedBlocks, int fewestRows, (long Gradient, long Update) limits)
    {
        int fewest = Math.Min(rows, fewestRows);
        LayerPlan<T> plan = Balanced(rows, shape, storedBlocks);
        while (!Fits(plan) && shape.Rows > fewest)
        {
            shape.Rows = Math.Max(fewest, (shape.Strips - 1) * Lanes<T>.Count);
            plan = Balanced(rows, shape, storedBlocks);
        }

        return Fits(plan) ? plan : null;

        bool Fits(LayerPlan<T> plan) => plan.Bytes <= limits.Gradient && plan.LeastForUpdate.Bytes <= limits.Update;
    }

    /// <summary>As many chunks as rows at a time make, but even ones.</summary>
    private static LayerPlan<T> Balanced(int rows, Chunk<T> shape, int storedBlocks)
    {
        int chunks = Blocking.Divide(rows, shape.Rows);
        int even = Blocking.Divide(rows, chunks);
        shape.Rows = chunks == 1 ? rows : Math.Min(shape.Rows, Blocking.Divide(even, Lanes<T>.Count) * Lanes<T>.Count);
        return new(shape, storedBlocks, Blocking.Divide(rows, shape.Rows));
    }

    private LayerPlan<T> WithWorkers(int rows, CrossEntropyOptions options)
    {
        long scratch = new WorkerScratch<T>(null, Shape, 0).Elements * sizeof(T);
        long room = 1 + Math.Max(0, (Workspace.LimitOf(options) - Bytes) / scratch);
        return this with { Workers = (int)Math.Min(room, WorkersFor(rows, Shape.Features, Shape.Classes, options)) };
    }

    /// <summary>
    /// Lays the chunk's arrays out from <paramref name="start"/> on, which is aligned to a cache line; returns the bytes they take.
    /// </summary>
    public long Layout(byte* start, out LayerWorkspace<T> arrays)
    {
        WorkspaceCursor cursor = new(start);
        Chunk<T> chunk = Shape;
        long rows = chunk.PaddedRows;
        chunk.Logits = cursor.Take<T>(IsForwardOnly ? 0 : StoredBlocks * chunk.BlockStride);
        chunk.HiddenColumns = cursor.Take<T>(chunk.Features * rows);
        chunk.HiddenRows = cursor.Take<T>(IsForwardOnly ? 0 : chunk.PaddedFeatures * rows);
        chunk.HiddenGradient = cursor.Take<T>(IsForwardOnly ? 0 : chunk.PaddedFeatures * rows);
        chunk.TakeStatistics(ref cursor);
        chunk.Mask = chunk.Filters ? new(ref cursor, chunk.Strips, BlocksPerSweep) : default;
        chunk.RowStates = cursor.Take<RowState>(SeesAllRowsFirst ? Chunks * rows : rows);
        arrays = new()
        {
            Chunk = chunk,
            Scratch = cursor.Take<T>(Workers * new WorkerScratch<T>(null, Shape, 0).Elements),
            WeightGradient = Updates ? cursor.Take<T>(BlocksPerSweep * BlockGradientBytes / sizeof(T)) : null,
            BiasGradient = Updates ? cursor.Take<T>(BlocksPerSweep * Blocking.BlockClasses) : null,
        };
        return cursor.Bytes;
    }

    /// <summary>How many threads pay for the three products.</summary>
    public static int WorkersFor(int rows, int features, int classes, CrossEntropyOptions options) =>
        Work.Workers.ForMultiplyAdds(3.0 * rows * features * classes, options.MaxDegreeOfParallelism);
}
