using System.Numerics;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Arguments;

/// <summary>A batch as the passes see it: pinned memory, a null pointer for what is not there.</summary>
internal readonly unsafe struct BatchArguments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required int Rows { get; init; }

    public required int Classes { get; init; }

    public required int* Targets { get; init; }

    public required T* TargetProbabilities { get; init; }

    public required T* RowWeights { get; init; }

    public required double* ClassWeights { get; init; }

    public bool HasSoftTargets => TargetProbabilities != null;

    public double RowWeight(int row) => RowWeights == null ? 1 : double.CreateTruncating(RowWeights[row]);

    public double ClassWeight(int c) => ClassWeights == null ? 1 : ClassWeights[c];

    /// <summary>Reads a row's target, the only time that it is read; -1 with soft targets. False where the row does not count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The target is not what it was when the call was checked, and no class.</exception>
    public bool TryTarget(int row, in LossTerms terms, out int target)
    {
        target = HasSoftTargets ? -1 : Targets[row];
        return HasSoftTargets || ClassIndex.Counts(target, row, Classes, terms.IgnoreIndex);
    }

    public void AddTo(ref MemoryRegions regions)
    {
        regions.Input(Targets, Targets == null ? 0 : (long)Rows * sizeof(int), "targets");
        regions.Input(TargetProbabilities, TargetProbabilities == null ? 0 : (long)Rows * Classes * sizeof(T), "targetProbabilities");
        regions.Input(RowWeights, RowWeights == null ? 0 : (long)Rows * sizeof(T), "rowWeights");
        regions.Input(ClassWeights, ClassWeights == null ? 0 : (long)Classes * sizeof(double), "ClassWeights");
    }
}
