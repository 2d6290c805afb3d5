using System.Numerics;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Arguments;

/// <summary>A batch as the passes see it: pinned memory, a null pointer for what is not there.</summary>
internal readonly unsafe struct BatchArguments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The rows of the set, from which the batch takes its rows: as many as there are targets.</summary>
    public required int SetRows { get; init; }

    /// <summary>Which of them the batch's rows are; null where they are all of them in order.</summary>
    public int* RowIndices { get; init; }

    /// <summary>The rows of the batch: as many as there are results.</summary>
    public required int Rows { get; init; }

    public required int Classes { get; init; }

    public required int* Targets { get; init; }

    public required T* TargetProbabilities { get; init; }

    public required T* RowWeights { get; init; }

    public required double* ClassWeights { get; init; }

    public bool HasSoftTargets => TargetProbabilities != null;

    /// <summary>The weight of a row of the set.</summary>
    public double RowWeight(int row) => RowWeights == null ? 1 : double.CreateTruncating(RowWeights[row]);

    public double ClassWeight(int c) => ClassWeights == null ? 1 : ClassWeights[c];

    /// <summary>Reads which row of the set a row of the batch is, the only time that it is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not what it was when the call was checked, and no row.</exception>
    public int SourceOf(int row) => RowIndices == null ? row : RowIndex.Checked(RowIndices[row], row, SetRows);

    /// <summary>
    /// Reads the target of a row of the set, the only time that it is read for a row of the batch; -1 where targets are soft or there are
    /// none. False where the row does not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The target is not what it was when the call was checked, and no class.</exception>
    public bool TryTarget(int row, in LossTerms terms, out int target)
    {
        target = Targets == null ? -1 : Targets[row];
        return Targets == null || ClassIndex.Counts(target, row, Classes, terms.IgnoreIndex);
    }

    public void AddTo(ref MemoryRegions regions)
    {
        regions.Input(Targets, Targets == null ? 0 : (long)SetRows * sizeof(int), "targets");
        regions.Input(TargetProbabilities, TargetProbabilities == null ? 0 : (long)SetRows * Classes * sizeof(T), "targetProbabilities");
        regions.Input(RowWeights, RowWeights == null ? 0 : (long)SetRows * sizeof(T), "rowWeights");
        regions.Input(RowIndices, RowIndices == null ? 0 : (long)Rows * sizeof(int), "rowIndices");
        regions.Input(ClassWeights, ClassWeights == null ? 0 : (long)Classes * sizeof(double), "ClassWeights");
    }
}
