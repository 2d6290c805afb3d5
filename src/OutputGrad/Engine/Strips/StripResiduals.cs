using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>The residuals of one strip of rows over one block of classes, once the rows' softmax over all classes is known.</summary>
/// <remarks>
/// From the exponentials E that <see cref="StripSoftmax{TSimd, TVector, T}"/> left, with w = exp(m - the row's m) and the <see cref="RowFactors"/>:
/// <code>
/// G = E w Exponential - a TargetWeight, and AtTarget at y; times the softcap's slope; 0 in padding
/// </code>
/// A softcap needs the logits again for its slope; they stayed where they were and the exponentials are made anew.
/// </remarks>
internal static unsafe class StripResiduals<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>From exponentials to the residuals that the gradients are made of, in place, and what the filters leave of them.</summary>
    public static void Residuals(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int strip, WorkerScratch<T> scratch)
    {
        T* room = stackalloc T[StripFactors<T>.Elements];
        StripFactors<T> factors = new(room, chunk, strip, &Reduced);
        T* residuals = chunk.Block(block) + (strip * chunk.StripStride(block));
        Backward(layer, chunk, block, strip, residuals, factors, residuals, scratch);
        if (layer.Filters)
        {
            factors.SetThresholds(layer, chunk, strip);
            GradientFilter<TSimd, TVector, T>.Mark(layer, chunk, block, strip, residuals, factors);
        }

        static RowFactors Reduced(in RowState row) => row.Factors;
    }

    /// <summary>Adds the squares of a block's residuals before the divisors to each row's sum.</summary>
    public static void AddSquares(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int strip, WorkerScratch<T> scratch)
    {
        T* room = stackalloc T[StripFactors<T>.Elements];
        StripFactors<T> factors = new(room, chunk, strip, &Unreduced);
        T* exponentials = chunk.Block(block) + (strip * chunk.StripStride(block));
        T* residuals = scratch.Panel;
        Backward(layer, chunk, block, strip, exponentials, factors, residuals, scratch);
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            chunk.RowsOf(strip)[lane].ResidualSquares.Add(SquareSum.Of(0, residuals + lane, Lanes<T>.Count, chunk.ClassesOf(block)));
        }

        static RowFactors Unreduced(in RowState row) => row.Unreduced;
    }

    /// <summary>From exponentials (under a softcap: logits) to residuals. May work in place.</summary>
    private static void Backward(
        in LayerArguments<T> layer, in Chunk<T> chunk, int block, int strip, T* from, StripFactors<T> factors, T* to, WorkerScratch<T> scratch)
    {
        int classes = chunk.ClassesOf(block);
        BlockStatistics<T> statistics = new(chunk, block, strip);
        T* weights = statistics.Sum;
        if (layer.IsCapped)
        {
            StripSoftmax<TSimd, TVector, T>.Transform(layer, block, classes, from, scratch.Work, scratch.Slopes);
            from = scratch.Work;
            statistics.Sum = scratch.Tile;
            StripSoftmax<TSimd, TVector, T>.Exponentials(from, classes, statistics);
        }

        Scale(from, classes, weights, factors.Exponential, to);
        if (layer.HasDenseTargets)
        {
            StripSoftmax<TSimd, TVector, T>.FillDenseTargets(layer, chunk, block, strip, scratch.DenseTargets);
            SubtractTargets(to, scratch.DenseTargets, classes, factors.TargetWeight);
        }

        PutTargets(chunk, block, strip, factors, to);
        if (layer.IsCapped)
        {
            for (int i = 0; i < classes * Lanes<T>.Count; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(to + i), TSimd.Load(scratch.Slopes + i)), to + i);
            }
        }

        ClearPadding(chunk, strip, classes, to);
    }

    /// <summary>to = from * (weight * factor), the last two per row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(T* from, int classes, T* weights, T* factors, T* to)
    {
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TVector factor = TSimd.Multiply(TSimd.Load(weights + lane), TSimd.Load(factors + lane));
            for (int i = lane; i < classes * Lanes<T>.Count; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(from + i), factor), to + i);
            }
        }
    }

    private static void SubtractTargets(T* residuals, T* weights, int classes, T* factors)
    {
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TVector factor = TSimd.Subtract(TSimd.Broadcast(T.Zero), TSimd.Load(factors + lane));
            for (int i = lane; i < classes * Lanes<T>.Count; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(weights + i), factor, TSimd.Load(residuals + i)), residuals + i);
            }
        }
    }

    private static void PutTargets(in Chunk<T> chunk, int block, int strip, StripFactors<T> factors, T* residuals)
    {
        int first = block * Blocking.BlockClasses;
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            int v = chunk.RowsOf(strip)[lane].Target - first;
            if ((uint)v < (uint)chunk.ClassesOf(block))
            {
                residuals[(v * Lanes<T>.Count) + lane] = factors.AtTarget[lane];
            }
        }
    }

    private static void ClearPadding(in Chunk<T> chunk, int strip, int classes, T* residuals)
    {
        for (int lane = chunk.LiveRows(strip); lane < Lanes<T>.Count; lane++)
        {
            for (int v = 0; v < classes; v++)
            {
                residuals[(v * Lanes<T>.Count) + lane] = T.Zero;
            }
        }
    }
}
