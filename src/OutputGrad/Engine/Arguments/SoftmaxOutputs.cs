using System.Numerics;

namespace OutputGrad.Engine.Arguments;

/// <summary>Where the softmax itself goes, where that is wanted and not the loss; a null pointer is not wanted.</summary>
internal readonly unsafe struct SoftmaxOutputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows x classes: logits first, and once a row's softmax is known its probabilities or their logarithms.</summary>
    public required T* All { get; init; }

    /// <summary>Whether it is the logarithms.</summary>
    public required bool AreLogarithms { get; init; }

    /// <summary>Rows x <see cref="TopCount"/>: the classes with the largest logits, and these, which become logarithms too.</summary>
    public required int* TopClasses { get; init; }

    public required T* TopLogarithms { get; init; }

    public required int TopCount { get; init; }

    public bool AreWanted => All != null || TopClasses != null;

    public void AddTo(ref MemoryRegions regions, int rows, int classes, string allName)
    {
        regions.Output(All, All == null ? 0 : (long)rows * classes * sizeof(T), allName);
        regions.Output(TopClasses, TopClasses == null ? 0 : (long)rows * TopCount * sizeof(int), "classes");
        regions.Output(TopLogarithms, TopLogarithms == null ? 0 : (long)rows * TopCount * sizeof(T), "logProbabilities");
    }
}
