using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;

namespace OutputGrad.Engine.Layer;

/// <summary>
/// The logits of the rows' targets ahead of all others, for what is compared with them: the very bits that <see
/// cref="LogitsProduct{TSimd, TVector, T}"/> and <see cref="StripSoftmax{TSimd, TVector, T}"/> will find.
/// </summary>
internal static unsafe class TargetLogits<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Finds those of a strip.</summary>
    public static void Find(in LayerArguments<T> layer, in StripBlocks<T> strip, WorkerScratch<T> scratch)
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            ref RowState row = ref strip.Rows[lane];
            T logit = Multiply(layer, row, scratch.WidenedWeights);
            row.TargetLogit = double.CreateTruncating(StripSoftmax<TSimd, TVector, T>.TransformOne(layer, logit, row.Target));
        }
    }

    /// <summary>A chain of fused multiply-adds for each run of features, as in the tile.</summary>
    private static T Multiply(in LayerArguments<T> layer, in RowState row, T* room)
    {
        T sum = T.Zero;
        for (int d = 0; d < layer.Features; d += Blocking.RunFeatures)
        {
            int depth = Math.Min(Blocking.RunFeatures, layer.Features - d);
            T* hidden = room + depth;
            WideningCopy<TSimd, TVector, T>.Rows(layer.Weights, row.Target, count: 1, (d, depth), room, depth);
            WideningCopy<TSimd, TVector, T>.Rows(layer.Hidden, row.Source, count: 1, (d, depth), hidden, depth);
            T part = T.Zero;
            for (int i = 0; i < depth; i++)
            {
                part = T.MultiplyAddEstimate(room[i], hidden[i], part);
            }

            sum = d == 0 ? part : sum + part;
        }

        return sum;
    }
}
