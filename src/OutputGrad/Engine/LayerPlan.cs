using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>How many rows are worked on at a time and how much of their logits is stored, so that the workspace keeps to its limit.</summary>
/// <remarks>
/// With all logits of a chunk stored, the pass takes 6 operations per row, feature and class. Where not even a narrow chunk's logits fit, they
/// are computed again for the gradient: 8 operations, and nothing that grows with the classes but a few numbers per block.
/// </remarks>
internal readonly unsafe struct LayerPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>More rows at a time gain nothing: a chunk's panels of hidden vectors should fit the second-level cache (1024 x 192 bytes).</summary>
    private const int MostRows = 1024;

    /// <summary>Fewer rows than this read the weights more often than storing logits is worth.</summary>
    private const int FewestStoredRows = 64;

    /// <summary>Blocks that are brought from exponentials to gradients together: what the third-level cache keeps while all products read it.</summary>
    private const int SweptBlocks = 8;

    /// <summary>One part in so many of the workspace is the workers' own.</summary>
    private const int WorkersShare = 16;

    private LayerPlan(Chunk<T> shape, int storedBlocks, int workers)
    {
        Shape = shape;
        StoredBlocks = storedBlocks;
        Workers = workers;
        Bytes = Layout(null, out _, out _);
    }

    /// <summary>The sizes of a chunk, without memory.</summary>
    public Chunk<T> Shape { get; }

    /// <summary>How many blocks of logits there is room for.</summary>
    public int StoredBlocks { get; }

    public int Workers { get; }

    public long Bytes { get; }

    public bool StoresAll => StoredBlocks == Shape.Blocks;

    /// <summary>How many blocks are swept together.</summary>
    public int BlocksPerSweep => Math.Min(StoredBlocks, SweptBlocks);

    /// <param name="rows">The rows that count, at least one.</param>
    /// <param name="features">At least one.</param>
    /// <param name="classes">At least one.</param>
    /// <param name="options">Where the limits are.</param>
    /// <param name="plan">What fits; else what would take the least.</param>
    public static bool TryFit(int rows, int features, int classes, CrossEntropyOptions options, out LayerPlan<T> plan)
    {
        Chunk<T> shape = new() { Rows = Math.Min(rows, MostRows), Features = features, Classes = classes };
        long limit = Math.Min(options.MaxWorkspaceBytes, Workspace.MostPooledBytes);
        plan = Fit(rows, shape, limit);
        if (plan.Bytes > limit)
        {
            // not even one row: then the pool's limit is no reason to refuse what the caller allows
            return plan.Bytes <= options.MaxWorkspaceBytes;
        }

        long scratch = new WorkerScratch<T>(null, shape, 0).Elements * sizeof(T);
        long room = 1 + ((limit - plan.Bytes) / scratch);
        plan = new(plan.Shape, plan.StoredBlocks, (int)Math.Min(room, WorkersFor(rows, features, classes, options)));
        return true;
    }

    /// <summary>
    /// The rows that fit beside one worker. How many more there are must not change the rows, because the rows of a chunk are a chain of
    /// additions; so a share of the limit is left to them.
    /// </summary>
    private static LayerPlan<T> Fit(int rows, Chunk<T> shape, long limit)
    {
        long forRows = limit - (limit / WorkersShare);
        if (TryFit(shape, shape.Blocks, Math.Min(rows, FewestStoredRows), forRows, out LayerPlan<T> plan))
        {
            return plan.Balanced(rows);
        }

        for (int blocks = Math.Min(shape.Blocks, SweptBlocks); blocks > 0; blocks--)
        {
            if (TryFit(shape, blocks, Math.Min(rows, Chunk<T>.Lanes), forRows, out plan))
            {
                return plan.Balanced(rows);
            }
        }

        return plan;
    }

    private static bool TryFit(Chunk<T> shape, int storedBlocks, int fewestRows, long limit, out LayerPlan<T> plan)
    {
        plan = new(shape, storedBlocks, workers: 1);
        while (plan.Bytes > limit && shape.Rows > fewestRows)
        {
            shape.Rows = Math.Max(fewestRows, (shape.Strips - 1) * Chunk<T>.Lanes);
            plan = new(shape, storedBlocks, workers: 1);
        }

        return plan.Bytes <= limit;
    }

    /// <summary>Lays the chunk's arrays out from <paramref name="start"/> on, which is aligned to a cache line; returns the bytes they take.</summary>
    public long Layout(byte* start, out Chunk<T> chunk, out T* scratch)
    {
        WorkspaceCursor cursor = new(start);
        chunk = Shape;
        long rows = chunk.PaddedRows;
        long statistics = chunk.Blocks * rows;
        chunk.Logits = cursor.Take<T>(StoredBlocks * chunk.BlockStride);
        chunk.HiddenColumns = cursor.Take<T>(chunk.Features * rows);
        chunk.HiddenRows = cursor.Take<T>(chunk.PaddedFeatures * rows);
        chunk.HiddenGradient = cursor.Take<T>(chunk.PaddedFeatures * rows);
        chunk.Max = cursor.Take<T>(statistics);
        chunk.Sum = cursor.Take<T>(statistics);
        chunk.ArgMax = cursor.Take<T>(statistics);
        chunk.Gap = cursor.Take<T>(statistics);
        chunk.TargetSum = cursor.Take<T>(statistics);
        chunk.RowStates = cursor.Take<RowState>(rows);
        scratch = cursor.Take<T>(Workers * new WorkerScratch<T>(null, Shape, 0).Elements);
        return cursor.Bytes;
    }

    /// <summary>The same number of chunks, but even ones.</summary>
    private LayerPlan<T> Balanced(int rows)
    {
        int chunks = Chunk<T>.Divide(rows, Shape.Rows);
        int even = Chunk<T>.Divide(rows, chunks);
        Chunk<T> shape = Shape;
        shape.Rows = chunks == 1 ? rows : Math.Min(Shape.Rows, Chunk<T>.Divide(even, Chunk<T>.Lanes) * Chunk<T>.Lanes);
        return new(shape, StoredBlocks, Workers);
    }

    /// <summary>One thread per 4 million multiply-adds, some 50 microseconds of work: waking another costs several.</summary>
    public static int WorkersFor(int rows, int features, int classes, CrossEntropyOptions options) =>
        Engine.Workers.Count(3.0 * rows * features * classes / 4e6, options.MaxDegreeOfParallelism);
}
