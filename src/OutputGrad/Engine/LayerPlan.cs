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

    /// <summary>What the pool of arrays keeps for the next call.</summary>
    private const long MostBytes = (1L << 30) - 64;

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
    public static LayerPlan<T> For(int rows, int features, int classes, CrossEntropyOptions options)
    {
        int workers = WorkersFor(rows, features, classes, options.MaxDegreeOfParallelism);
        Chunk<T> shape = new() { Rows = Math.Min(rows, MostRows), Features = features, Classes = classes };
        long limit = Math.Min(options.MaxWorkspaceBytes, MostBytes);
        if (TryFit(shape, shape.Blocks, Math.Min(rows, FewestStoredRows), out LayerPlan<T> plan))
        {
            return plan.Balanced(rows);
        }

        for (int blocks = Math.Min(shape.Blocks, SweptBlocks); blocks > 0; blocks--)
        {
            if (TryFit(shape, blocks, 1, out plan))
            {
                return plan.Balanced(rows);
            }
        }

        Checks.Workspace(plan.Bytes, limit, $"{features} features and {classes} classes on {workers} threads");
        return plan;

        bool TryFit(Chunk<T> shape, int storedBlocks, int fewestRows, out LayerPlan<T> plan)
        {
            for (plan = new(shape, storedBlocks, workers); plan.Bytes > limit && shape.Rows > fewestRows; plan = new(shape, storedBlocks, workers))
            {
                shape.Rows = Math.Max(fewestRows, (shape.Strips - 1) * Chunk<T>.Lanes);
            }

            return plan.Bytes <= limit;
        }
    }

    /// <summary>Lays the chunk's arrays out from <paramref name="start"/> on, which is aligned to a cache line; returns the bytes they take.</summary>
    public long Layout(byte* start, out Chunk<T> chunk, out T* scratch)
    {
        byte* next = start;
        chunk = Shape;
        long rows = chunk.PaddedRows;
        long statistics = chunk.Blocks * rows;
        int blockClasses = Chunk<T>.Divide(Math.Min(chunk.Classes, Chunk<T>.BlockClasses), Chunk<T>.TileHeight) * Chunk<T>.TileHeight;
        chunk.Logits = (T*)Take(StoredBlocks * blockClasses * rows * sizeof(T));
        chunk.HiddenColumns = (T*)Take(chunk.Features * rows * sizeof(T));
        chunk.HiddenRows = (T*)Take(chunk.PaddedFeatures * rows * sizeof(T));
        chunk.HiddenGradient = (T*)Take(chunk.PaddedFeatures * rows * sizeof(T));
        chunk.Max = (T*)Take(statistics * sizeof(T));
        chunk.Sum = (T*)Take(statistics * sizeof(T));
        chunk.ArgMax = (T*)Take(statistics * sizeof(T));
        chunk.Gap = (T*)Take(statistics * sizeof(T));
        chunk.TargetSum = (T*)Take(statistics * sizeof(T));
        chunk.RowStates = (RowState*)Take(rows * sizeof(RowState));
        scratch = (T*)Take(Workers * ScratchElements * sizeof(T));
        return next - start;

        byte* Take(long bytes)
        {
            byte* taken = next;
            next += (bytes + 63) & ~63L;
            return taken;
        }
    }

    /// <summary>The elements of one worker's scratch.</summary>
    public long ScratchElements => WorkerScratch<T>.Elements(Math.Min(Shape.Features, ChainLength));

    /// <summary>The longest chain of additions over features: see <see cref="LogitsProduct{TSimd, TVector, T}.DepthBlock"/>.</summary>
    private const int ChainLength = 1024;

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
    private static int WorkersFor(int rows, int features, int classes, int mostWorkers)
    {
        const double PerWorker = 4e6;
        double work = 3.0 * rows * features * classes;
        int most = mostWorkers == -1 ? Environment.ProcessorCount : mostWorkers;
        return (int)Math.Clamp(work / PerWorker, 1, most);
    }
}
