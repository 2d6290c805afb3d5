using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>The workspace of a batch of few rows.</summary>
internal unsafe struct FewRowsPlan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The most rows for which dot products beat a register tile whose lanes are mostly empty: see docs/design.md.
    /// </summary>
    private const int MostRows = 7;

    public int Rows;
    public int Features;
    public int Classes;
    public int Workers;
    public long Bytes;

    /// <summary>The row of the batch that each of the rows is.</summary>
    public int* Sources;
    public RowLoss* RowLosses;

    /// <summary>Logits, then residuals: rows x classes.</summary>
    public T* Residuals;
    public T* SoftmaxScratch;

    /// <summary>The hidden gradient of each block of classes: blocks x rows x features.</summary>
    public T* HiddenSums;

    /// <summary>A row of features for each worker that nobody reads.</summary>
    public T* Nowhere;

    public readonly int Blocks => Chunk<T>.Divide(Classes, Chunk<T>.BlockClasses);

    /// <summary>Whether the batch is one of few rows and the workspace holds their logits.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <param name="plan">The plan, also where it does not fit; the default for too many rows.</param>
    public static bool TryFit(int rows, int features, int classes, CrossEntropyOptions options, out FewRowsPlan<T> plan)
    {
        plan = default;
        if (rows > MostRows)
        {
            return false;
        }

        plan.Rows = rows;
        plan.Features = features;
        plan.Classes = classes;
        plan.Workers = 1;
        plan.Layout(null);
        long room = Math.Min(options.MaxWorkspaceBytes, Workspace.MostPooledBytes) - plan.Bytes;
        if (room < 0)
        {
            return false;
        }

        // more workers where their rows fit too; how the work is done must not depend on how many do it
        long more = room / (((long)features * sizeof(T)) + Workspace.Alignment);
        plan.Workers = (int)Math.Min(1 + more, LayerPlan<T>.WorkersFor(rows, features, classes, options));
        plan.Layout(null);
        return true;
    }

    public void Layout(byte* start)
    {
        WorkspaceCursor cursor = new(start);
        Sources = cursor.Take<int>(Rows);
        RowLosses = cursor.Take<RowLoss>(Rows);
        Residuals = cursor.Take<T>((long)Rows * Classes);
        SoftmaxScratch = cursor.Take<T>((long)LogitsPass<T>.ScratchRows * Classes);
        HiddenSums = cursor.Take<T>((long)Blocks * Rows * Features);
        Nowhere = cursor.Take<T>((long)Workers * Features);
        Bytes = cursor.Bytes;
    }
}
