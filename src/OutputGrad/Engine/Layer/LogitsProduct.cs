using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>Z^T[v, n] = sum over d of W[v, d] H^T[d, n], for a block of classes and a group of strips.</summary>
internal static unsafe class LogitsProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Copies hidden vectors into the panels of <see cref="Chunk{T}.HiddenColumns"/>, one group of strips.</summary>
    public static void PackColumns(in LayerArguments<T> layer, in Chunk<T> chunk, int group)
    {
        int first = group * Blocking.GroupStrips * Lanes<T>.Count;
        int vectors = GroupVectors(chunk, group);
        for (int panel = 0; panel < Panels.Count(vectors); panel++)
        {
            int start = first + (Panels.Start(panel, vectors) * TSimd.Count);
            int width = Panels.Width(panel, vectors) * TSimd.Count;
            T* destination = chunk.HiddenColumns + ((nint)start * layer.Features);
            int live = Math.Clamp(chunk.Rows - start, 0, width);
            int lane = 0;
            for (; lane <= live - 4; lane += 4)
            {
                InterleaveFour(layer, chunk, start + lane, destination + lane, width);
            }

            for (; lane < width; lane++)
            {
                T* source = lane < live ? layer.HiddenRow(chunk.RowStates[start + lane].Source) : null;
                T* to = destination + lane;
                for (int d = 0; d < layer.Features; d++, to += width)
                {
                    *to = source == null ? T.Zero : source[d];
                }
            }
        }
    }

    /// <param name="layer">Where the weights are.</param>
    /// <param name="chunk">Where the rows' panels are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="group">The strips.</param>
    /// <param name="logits">Where the group's first strip goes; the next ones follow at the block's strip stride.</param>
    /// <param name="scratch">For the edge of the classes.</param>
    public static void Multiply(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int group, T* logits, WorkerScratch<T> scratch)
    {
        int classes = chunk.ClassesOf(block);
        int vectors = GroupVectors(chunk, group);
        nint stripStride = chunk.StripStride(block);
        T* columns = chunk.HiddenColumns + ((nint)group * Blocking.GroupStrips * Lanes<T>.Count * layer.Features);
        for (nint d = 0; d < layer.Features; d += Blocking.RunFeatures)
        {
            int depth = (int)Math.Min(Blocking.RunFeatures, layer.Features - d);
            for (int panel = 0; panel < Panels.Count(vectors); panel++)
            {
                int start = Panels.Start(panel, vectors);
                int width = Panels.Width(panel, vectors);
                TileOperands<T> tile = new()
                {
                    ARow = layer.Features,
                    ADepth = 1,
                    Runs = 1,
                    RunLength = depth,
                    B = columns + ((nint)start * TSimd.Count * layer.Features) + (d * width * TSimd.Count),
                    CRow = Lanes<T>.Count,
                    CSecond = Column(start + 1) - Column(start),
                    CThird = Column(start + 2) - Column(start),
                    Result = d == 0 ? TileResult.Overwrites : TileResult.Adds,
                };
                for (int v = 0; v < classes; v += TSimd.TileHeight)
                {
                    tile.A = layer.WeightRow((block * Blocking.BlockClasses) + v) + d;
                    tile.C = logits + Column(start) + ((nint)v * Lanes<T>.Count);
                    if (v + TSimd.TileHeight > classes)
                    {
                        tile.A = PanelCopy<TSimd, TVector, T>.PadRows(tile.A, layer.Features, classes - v, depth, scratch.EdgeWeights);
                        tile.ARow = depth;
                    }

                    RegisterTile<TSimd, TVector, T>.Multiply(tile, width);
                }
            }
        }

        // where the group's vector stands: strips are one to four vectors wide
        nint Column(int vector) => (vector * TSimd.Count / Lanes<T>.Count * stripStride) + (vector * TSimd.Count % Lanes<T>.Count);
    }

    private static void InterleaveFour(in LayerArguments<T> layer, in Chunk<T> chunk, int row, T* destination, int stride)
    {
        T* row0 = layer.HiddenRow(chunk.RowStates[row].Source);
        T* row1 = layer.HiddenRow(chunk.RowStates[row + 1].Source);
        T* row2 = layer.HiddenRow(chunk.RowStates[row + 2].Source);
        T* row3 = layer.HiddenRow(chunk.RowStates[row + 3].Source);
        for (int d = 0; d < layer.Features; d++, destination += stride)
        {
            // one store for four numbers
            if (typeof(T) == typeof(float))
            {
                float single = Unsafe.BitCast<T, float>(row0[d]);
                Vector128.Create(single, Unsafe.BitCast<T, float>(row1[d]), Unsafe.BitCast<T, float>(row2[d]), Unsafe.BitCast<T, float>(row3[d]))
                    .Store((float*)destination);
            }
            else
            {
                double twice = Unsafe.BitCast<T, double>(row0[d]);
                Vector256.Create(twice, Unsafe.BitCast<T, double>(row1[d]), Unsafe.BitCast<T, double>(row2[d]), Unsafe.BitCast<T, double>(row3[d]))
                    .Store((double*)destination);
            }
        }
    }

    private static int GroupVectors(in Chunk<T> chunk, int group) =>
        Math.Min(Blocking.GroupStrips, chunk.Strips - (group * Blocking.GroupStrips)) * Lanes<T>.Count / TSimd.Count;
}
