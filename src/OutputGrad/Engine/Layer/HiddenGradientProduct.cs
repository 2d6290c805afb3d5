using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>dH[n, d] = sum over c of G^T[c, n] W[c, d], for a panel of features, block of classes by block.</summary>
internal static unsafe class HiddenGradientProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// A panel of weights that no more tiles of rows read is not worth a copy. A tile of vectors as long as a cache line takes so long for
    /// each of the panel's rows that it hardly matters where that lies.
    /// </summary>
    private static int InPlaceTiles => TSimd.Count == Lanes<T>.Count ? 16 : 5;

    /// <summary>
    /// Adds a block of classes to the sums of a panel of features, for some strips of rows; the first block starts the sums.
    /// </summary>
    /// <param name="layer">The call.</param>
    /// <param name="chunk">The rows, and where the sums are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="strips">Which strips of the rows.</param>
    /// <param name="panel">The features.</param>
    /// <param name="next">What the same worker multiplies next, whose weights are prefetched.</param>
    /// <param name="scratch">The worker's.</param>
    public static void Multiply(
        in LayerArguments<T> layer,
        in Chunk<T> chunk,
        in Block<T> block,
        (int First, int End) strips,
        FeaturePanel<TSimd, TVector, T> panel,
        (Block<T> Block, FeaturePanel<TSimd, TVector, T> Panel)? next,
        WorkerScratch<T> scratch)
    {
        bool isFiltered = layer.HiddenThreshold > 0;
        int partRows = Math.Min(strips.End * Lanes<T>.Count, chunk.Rows) - (strips.First * Lanes<T>.Count);
        bool areFewTiles = partRows <= InPlaceTiles * RegisterTile<TSimd, TVector, T>.Height;

        // weights that few tiles read or a filter leaves stay where they are, except past the end of a row and where they are widened
        bool isCopied = !(areFewTiles || isFiltered) || panel.Live < panel.Width || !layer.Weights.IsFull;

        // the next weights, pieces of rows that no hardware foresees, come while these tiles run; after a copy, one strip's are too few
        bool isPrefetched = next is not null && layer.IsLarge && (isCopied ? strips.End - strips.First > 1 : !isFiltered);
        T* sums = HiddenPacking<TSimd, TVector, T>.Gradient(layer, chunk, panel, out int stride);
        TileOperands<T> tile = new()
        {
            ARow = 1,
            ADepth = Lanes<T>.Count,
            ARun = Lanes<T>.Count * Lanes<T>.Count,
            DepthCount = block.Classes,
            RunLength = isFiltered ? 1 : block.Classes,
            B = isCopied ? scratch.WeightPanel : layer.WeightRow(block.FirstClass) + panel.Start,
            BDepth = isCopied ? panel.Width : layer.Features,
            CRow = stride,
            CSecond = TSimd.Count,
            CThird = 2 * TSimd.Count,
            Result = block.Index == 0 ? TileResult.Overwrites : TileResult.Adds,
        };
        if (isCopied)
        {
            WideningCopy<TSimd, TVector, T>.Rows(
                layer.Weights, block.FirstClass, block.Classes, (panel.Start, panel.Live), scratch.WeightPanel, panel.Width);
        }

        for (int strip = strips.First; strip < strips.End; strip++)
        {
            if (isPrefetched)
            {
                PrefetchWeights(layer, next!.Value.Block, next.Value.Panel, (strip - strips.First, strips.End - strips.First));
            }

            int liveRows = block.Strip(strip).LiveRows;
            for (int lane = 0; lane < liveRows; lane += RegisterTile<TSimd, TVector, T>.Height)
            {
                if (isFiltered)
                {
                    ushort* classes = block.Mask.Of(block.Index, strip).Classes(lane);
                    tile.DepthCount = classes[0];
                    tile.Depths = classes + 1;
                }

                tile.A = block.LinesOf(strip) + lane;
                tile.C = sums + ((nint)((strip * Lanes<T>.Count) + lane) * stride);
                if (tile.DepthCount > 0 || block.Index == 0)
                {
                    int rows = Math.Min(RegisterTile<TSimd, TVector, T>.Height, liveRows - lane);
                    RegisterTile<TSimd, TVector, T>.Multiply(tile, rows, panel.Vectors);
                }
            }
        }
    }

    /// <summary>One of some shares of a panel's weights: every class's once in all of them.</summary>
    private static void PrefetchWeights(
        in LayerArguments<T> layer, in Block<T> block, FeaturePanel<TSimd, TVector, T> panel, (int Index, int Count) share)
    {
        for (int c = share.Index; c < block.Classes; c += share.Count)
        {
            Prefetch.Bytes(layer.Weights.At(block.FirstClass + c, panel.Start), (nint)panel.Live * layer.Weights.NumberBytes);
        }
    }
}
