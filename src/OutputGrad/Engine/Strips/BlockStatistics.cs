using System.Numerics;
using OutputGrad.Engine.Layer;

namespace OutputGrad.Engine.Strips;

/// <summary>What a block of classes says about each row of a strip, on its way to the merge over the blocks.</summary>
internal unsafe struct BlockStatistics<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public BlockStatistics(in Chunk<T> chunk, int block, int strip)
    {
        nint at = chunk.At(block, strip);
        Max = chunk.Max + at;
        Sum = chunk.Sum + at;
        ArgMax = chunk.ArgMax + at;
        Gap = chunk.Gap + at;
        TargetSum = chunk.TargetSum + at;
    }

    /// <summary>The largest logit; NaN where one is, -infinity where all are.</summary>
    public T* Max;

    /// <summary>The sum of exp(z - Max) without the true class; after the merge, exp(Max - the row's maximum).</summary>
    public T* Sum;

    /// <summary>The class of the largest logit, or of the first NaN, counted from the block's first.</summary>
    public T* ArgMax;

    /// <summary>The sum of a (Max - z) over the dense part a of the target's weights.</summary>
    public double* Gap;

    /// <summary>The sum of a.</summary>
    public double* TargetSum;
}
