using System.Numerics;

namespace OutputGrad.Engine.Strips;

/// <summary>What a block of classes says about each row of a strip, on its way to the merge over the blocks.</summary>
internal readonly unsafe struct BlockStatistics<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest logit; NaN where one is, -infinity where all are.</summary>
    public required T* Max { get; init; }

    /// <summary>The sum of exp(z - Max) without the true class; after the merge, exp(Max - the row's maximum).</summary>
    public required T* Sum { get; init; }

    /// <summary>The class of the largest logit, or of the first NaN, counted from the block's first.</summary>
    public required T* ArgMax { get; init; }

    /// <summary>The sum of a (Max - z) over the dense part a of the target's weights.</summary>
    public required double* Gap { get; init; }

    /// <summary>The sum of a.</summary>
    public required double* TargetSum { get; init; }

    /// <summary>Where entropies are wanted: the sum of exp(z - Max) (z - Max) without the true class, which is not positive.</summary>
    public required T* Spread { get; init; }

    /// <summary>Where the targets' ranks are wanted: how many of the block's classes stand before the true one.</summary>
    public required ushort* Before { get; init; }

    /// <summary>
    /// Once residuals are there: the magnitudes that a filter left out of dL/dH, in place of the gaps, which nobody reads again.
    /// </summary>
    public T* HiddenMass => (T*)Gap;

    /// <summary>Likewise of dL/dW.</summary>
    public T* WeightMass => (T*)TargetSum;

    /// <summary>The same of rows or blocks further on.</summary>
    public BlockStatistics<T> At(nint offset) => new()
    {
        Max = Max + offset,
        Sum = Sum + offset,
        ArgMax = ArgMax + offset,
        Gap = Gap + offset,
        TargetSum = TargetSum + offset,
        Spread = Spread + offset,
        Before = Before + offset,
    };
}
