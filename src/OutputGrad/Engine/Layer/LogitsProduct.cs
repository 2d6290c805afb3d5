using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>Z^T[c, n] = sum over d of W[c, d] H^T[d, n], for a block of classes and a group of strips.</summary>
internal static unsafe class LogitsProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The logits of a group, or the next run of features added to them.</summary>
    /// <param name="layer">Where the weights are.</param>
    /// <param name="chunk">Where the rows' panels are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="group">The strips.</param>
    /// <param name="logits">Where the group's first strip goes; the next ones follow at the block's strip stride.</param>
    /// <param name="scratch">For weights that are widened.</param>
    public static void Multiply(
        in LayerArguments<T> layer, in Chunk<T> chunk, in Block<T> block, int group, T* logits, WorkerScratch<T> scratch)
    {
        int vectors = HiddenPacking<TSimd, TVector, T>.GroupVectors(chunk, group);
        int height = RegisterTile<TSimd, TVector, T>.HeightOf(vectors);
        bool endsInHalf = HiddenPacking<TSimd, TVector, T>.EndsInHalf(chunk, group);
        nint stripStride = block.StripStride;
        T* columns = chunk.HiddenColumns + ((nint)group * Blocking.GroupStrips * Lanes<T>.Count * layer.Features);
        for (nint d = 0; d < layer.Features; d += Blocking.RunFeatures)
        {
            int depth = (int)Math.Min(Blocking.RunFeatures, layer.Features - d);
            TileOperands<T> tile = new()
            {
                ARow = layer.Weights.IsFull ? layer.Features : depth,
                ADepth = 1,
                DepthCount = depth,
                RunLength = depth,
                CRow = Lanes<T>.Count,
                Result = d == 0 ? TileResult.Overwrites : TileResult.Adds,
            };
            for (int c = 0; c < block.Classes; c += height)
            {
                int live = Math.Min(height, block.Classes - c);
                if (layer.Weights.IsFull)
                {
                    tile.A = layer.WeightRow(block.FirstClass + c) + d;
                }
                else
                {
                    WideningCopy<TSimd, TVector, T>.Rows(
                        layer.Weights, block.FirstClass + c, live, ((int)d, depth), scratch.WidenedWeights, depth);
                    tile.A = scratch.WidenedWeights;
                }

                // the weights of a tile, which may come from memory, are multiplied by all panels while they are in the nearest cache
                for (int panel = 0; panel < Panels.Count(vectors); panel++)
                {
                    int start = Panels.Start(panel, vectors);
                    int width = Panels.Width(panel, vectors);
                    tile.B = columns + ((nint)start * TSimd.Count * layer.Features) + (d * width * TSimd.Count);
                    tile.BDepth = width * TSimd.Count;
                    tile.C = logits + Column(start) + ((nint)c * Lanes<T>.Count);
                    tile.CSecond = Column(start + 1) - Column(start);
                    tile.CThird = Column(start + 2) - Column(start);
                    if (endsInHalf && start + width == vectors)
                    {
                        RegisterTile<TSimd, TVector, T>.MultiplyToHalf(tile, live, width);
                    }
                    else
                    {
                        RegisterTile<TSimd, TVector, T>.Multiply<BroadcastFactor<TSimd, TVector, T>, EveryDepth<T>, T>(tile, live, width);
                    }
                }
            }
        }

        // where the group's vector stands: strips are one to four vectors wide
        nint Column(int vector) => (vector * TSimd.Count / Lanes<T>.Count * stripStride) + (vector * TSimd.Count % Lanes<T>.Count);
    }
}
