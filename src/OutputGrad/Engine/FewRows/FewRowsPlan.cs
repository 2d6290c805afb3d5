using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>The workspace of a batch of few rows: one strip of logits, and a hidden gradient for each block of classes.</summary>
internal readonly unsafe struct FewRowsPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// As many rows in any case; with more, the sums over the lanes, one per row and class, pay where so many features are summed for each: see
    /// docs/design.md.
    /// </summary>
    private const int CertainRows = 4;
    private const int FeaturesPerRow = 20;

    /// <summary>The sizes of the only chunk, without memory.</summary>
    public required Chunk<T> Shape { get; init; }

    public int Workers { get; private init; }

    public long Bytes => Layout(null, out _);

    /// <summary>Whether the batch is one of few rows and the workspace holds their logits.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <param name="plan">The plan, also where it does not fit; the default for too many rows.</param>
    public static bool TryFit(int rows, int features, int classes, CrossEntropyOptions options, out FewRowsPlan<T> plan)
    {
        if (rows > Math.Min(Chunk<T>.Lanes, Math.Max(CertainRows, features / FeaturesPerRow)))
        {
            plan = default;
            return false;
        }

        plan = new()
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
        long room = Math.Min(options.MaxWorkspaceBytes, Workspace.MostPooledBytes) - plan.Bytes;
        if (room < 0)
        {
            return false;
        }

        // more workers where their memory fits too; how the work is done must not depend on how many do it
        long scratch = (plan with { Workers = 2 }).Bytes - plan.Bytes + (2 * Workspace.Alignment);
        plan = plan with { Workers = (int)Math.Min(1 + (room / scratch), LayerPlan<T>.WorkersFor(rows, features, classes, options)) };
        return true;
    }

    /// <summary>Lays the arrays out from <paramref name="start"/> on; returns the bytes they take.</summary>
    public long Layout(byte* start, out FewRowsArrays<T> arrays)
    {
        WorkspaceCursor cursor = new(start);
        Chunk<T> chunk = Shape;
        chunk.Logits = cursor.Take<T>(chunk.Blocks * chunk.BlockStride);
        chunk.HiddenColumns = cursor.Take<T>((long)chunk.Rows * chunk.Features);
        chunk.HiddenRows = cursor.Take<T>(chunk.PaddedFeatures * chunk.PaddedRows);
        chunk.TakeStatistics(ref cursor);
        chunk.Survivors = chunk.Filters ? Survivors<T>.Take(ref cursor, chunk, chunk.Blocks) : default;
        chunk.RowStates = cursor.Take<RowState>(chunk.PaddedRows);
        arrays = new()
        {
            Chunk = chunk,
            HiddenSums = cursor.Take<T>(chunk.Blocks * chunk.Rows * chunk.PaddedFeatures),
            Scratch = cursor.Take<T>(Workers * new WorkerScratch<T>(null, Shape, 0).Elements),
            WeightRows = cursor.Take<T>((long)Workers * Survivors<T>.Together * chunk.Features),
            Biases = cursor.Take<T>((long)Workers * Chunk<T>.BlockClasses),
        };
        return cursor.Bytes;
    }
}
