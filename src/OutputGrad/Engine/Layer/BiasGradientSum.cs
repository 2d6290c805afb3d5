using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>db[c] = sum over n of G^T[c, n], for a block of classes.</summary>
internal static unsafe class BiasGradientSum<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Lanes first, strip by strip, then across each class's lanes in order. Classes of which the filter leaves no row have 0.
    /// </summary>
    public static void Add(in LayerArguments<T> layer, in Block<T> block, T* gradient, TileResult result, WorkerScratch<T> scratch)
    {
        int elements = block.Classes * Lanes<T>.Count;
        T* lanes = scratch.BiasLanes;
        T* clips = scratch.Clips;
        new Span<T>(lanes, elements).Clear();
        for (int i = 0; i < block.Strips; i++)
        {
            Strip<T> strip = block.Strip(i);
            for (int lane = 0; lane < Lanes<T>.Count; lane++)
            {
                bool isPlain = lane < strip.LiveRows && strip.Rows[lane].ClipExponent == 0;
                clips[lane] = isPlain ? T.CreateTruncating(strip.Rows[lane].Clip) : T.Zero;
            }

            AddLanes(strip, clips, lanes);
            AddClipped(strip, lanes);
        }

        for (int c = 0; c < block.Classes; c++)
        {
            T sum = T.Zero;
            bool remains = layer.WeightThreshold == 0 || block.Mask.AnyRow(block.Index, c, block.Strips);
            foreach (T lane in new ReadOnlySpan<T>(lanes + (c * Lanes<T>.Count), remains ? Lanes<T>.Count : 0))
            {
                sum += lane;
            }

            gradient[c] = result == TileResult.Adds ? gradient[c] + sum : sum;
        }
    }

    /// <summary>The rows whose factor is in two parts.</summary>
    private static void AddClipped(in Strip<T> strip, T* lanes)
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            ref readonly RowState row = ref strip.Rows[lane];
            if (row.ClipExponent != 0)
            {
                for (int i = lane; i < strip.Elements; i += Lanes<T>.Count)
                {
                    lanes[i] += row.Clipped(strip.Lines[i]);
                }
            }
        }
    }

    private static void AddLanes(in Strip<T> strip, T* clips, T* lanes)
    {
        T* residuals = strip.Lines;
        int elements = strip.Elements;
        for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
        {
            TVector clip = TSimd.Load(clips + lane);
            for (int i = lane; i < elements; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(residuals + i), clip, TSimd.Load(lanes + i)), lanes + i);
            }
        }
    }
}
