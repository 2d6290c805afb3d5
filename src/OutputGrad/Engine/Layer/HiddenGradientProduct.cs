using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>dH[n, d] = sum over v of G^T[v, n] W[v, d], for a panel of features, block of classes by block.</summary>
internal static unsafe class HiddenGradientProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Adds a block of classes to the sums of a panel of features; the first block starts the sums.</summary>
    public static void Multiply(
        in LayerArguments<T> layer, in Chunk<T> chunk, int block, FeaturePanel<TSimd, TVector, T> panel, WorkerScratch<T> scratch)
    {
        bool isFiltered = layer.HiddenThreshold > 0;

        // what few weights survive is read where it is, except past the end of a row
        bool isCopied = !isFiltered || panel.Live < panel.Width;

        // the next panel's weights, pieces of rows that no hardware foresees, come while this one's tiles run; those of one strip are too few for that
        bool isPrefetched = isCopied && layer.IsLarge && chunk.Strips > 1;
        TileOperands<T> tile = new()
        {
            ARow = 1,
            ADepth = Lanes<T>.Count,
            ARun = Lanes<T>.Count * Lanes<T>.Count,
            Runs = 1,
            RunLength = isFiltered ? 1 : chunk.ClassesOf(block),
            B = isCopied ? scratch.Panel : layer.WeightRow(block * Blocking.BlockClasses) + panel.Start,
            BDepth = isCopied ? panel.Width : layer.Features,
            CRow = panel.Width,
            CSecond = TSimd.Count,
            CThird = 2 * TSimd.Count,
            Result = block == 0 ? TileResult.Overwrites : TileResult.Adds,
        };
        if (isCopied)
        {
            PackWeights(layer, chunk, block, panel, scratch.Panel);
        }

        for (int strip = 0; strip < chunk.Strips; strip++)
        {
            for (int v = strip; v < chunk.ClassesOf(block) && isPrefetched; v += chunk.Strips)
            {
                Prefetch.Bytes(layer.WeightRow((block * Blocking.BlockClasses) + v) + panel.Start + panel.Width, panel.Width * sizeof(T));
            }

            for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.TileHeight)
            {
                if (isFiltered)
                {
                    ushort* classes = chunk.FilterMask.Classes(block, strip, lane);
                    tile.Runs = classes[0];
                    tile.Depths = classes + 1;
                }

                tile.A = chunk.Block(block) + (strip * chunk.StripStride(block)) + lane;
                tile.C = chunk.HiddenGradient + panel.At(chunk.PaddedRows) + ((nint)((strip * Lanes<T>.Count) + lane) * panel.Width);
                if (tile.Runs > 0 || block == 0)
                {
                    RegisterTile<TSimd, TVector, T>.Multiply(tile, panel.Vectors);
                }
            }
        }
    }

    /// <summary>Brings back sums that <see cref="Unpack"/> has copied out.</summary>
    public static void Pack(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* destination = chunk.HiddenGradient + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++, destination += panel.Width)
        {
            T* source = layer.HiddenGradient + ((nint)chunk.RowStates[row].Source * layer.Features) + panel.Start;
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Width);
        }
    }

    /// <summary>Copies a panel's sums to where the caller wants the chunk's gradient.</summary>
    public static void Unpack(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* source = chunk.HiddenGradient + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++, source += panel.Width)
        {
            T* destination = layer.HiddenGradient + ((nint)chunk.RowStates[row].Source * layer.Features) + panel.Start;
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Live);
        }
    }

    private static void PackWeights(in LayerArguments<T> layer, in Chunk<T> chunk, int block, FeaturePanel<TSimd, TVector, T> panel, T* destination)
    {
        T* source = layer.WeightRow(block * Blocking.BlockClasses) + panel.Start;
        for (int v = 0; v < chunk.ClassesOf(block); v++, source += layer.Features, destination += panel.Width)
        {
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Width);
        }
    }
}
