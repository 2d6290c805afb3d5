using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>dH[n, d] = sum over v of G^T[v, n] W[v, d], for a panel of features, block of classes by block.</summary>
internal static unsafe class HiddenProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Adds a block of classes to the sums of a panel of features; the first block starts the sums.</summary>
    public static void Multiply(in LayerMemory<T> layer, in Chunk<T> chunk, int block, int panel, WorkerScratch<T> scratch)
    {
        int vectors = WeightProduct<TSimd, TVector, T>.Vectors(chunk);
        int start = Panels.Start(panel, vectors) * TSimd.Count;
        int width = Panels.Width(panel, vectors) * TSimd.Count;
        bool isFiltered = layer.HiddenThreshold > 0;

        // what few weights survive is read where it is, except past the end of a row
        bool isCopied = !isFiltered || start + width > layer.Features;

        // the next panel's weights, pieces of rows that no hardware foresees, come while this one's tiles run; those of one strip are too few for that
        bool isPrefetched = isCopied && chunk.Strips > 1;
        TileOperands<T> tile = new()
        {
            ARow = 1,
            ADepth = Chunk<T>.Lanes,
            ARun = Chunk<T>.Lanes * Chunk<T>.Lanes,
            Runs = 1,
            RunLength = isFiltered ? 1 : chunk.ClassesOf(block),
            B = isCopied ? scratch.Panel : layer.WeightRow(block * Chunk<T>.BlockClasses) + start,
            BDepth = isCopied ? width : layer.Features,
            CRow = width,
            CSecond = TSimd.Count,
            CThird = 2 * TSimd.Count,
            Result = block == 0 ? TileResult.Overwrites : TileResult.Adds,
        };
        if (isCopied)
        {
            PackWeights(layer, chunk, block, start, width, scratch.Panel);
        }

        for (int strip = 0; strip < chunk.Strips; strip++)
        {
            for (int v = strip; v < chunk.ClassesOf(block) && isPrefetched; v += chunk.Strips)
            {
                Prefetch.Bytes(layer.WeightRow((block * Chunk<T>.BlockClasses) + v) + start + width, width * sizeof(T));
            }

            for (int lane = 0; lane < Chunk<T>.Lanes; lane += TSimd.TileHeight)
            {
                if (isFiltered)
                {
                    ushort* classes = chunk.Survivors.Classes(block, strip, lane);
                    tile.Runs = classes[0];
                    tile.Depths = classes + 1;
                }

                tile.A = chunk.Block(block) + (strip * chunk.StripStride(block)) + lane;
                tile.C = chunk.HiddenGradient + ((nint)start * chunk.PaddedRows) + ((nint)((strip * Chunk<T>.Lanes) + lane) * width);
                if (tile.Runs > 0 || block == 0)
                {
                    RegisterTile<TSimd, TVector, T>.Multiply(tile, Panels.Width(panel, vectors));
                }
            }
        }
    }

    /// <summary>Brings back sums that <see cref="Unpack"/> has copied out.</summary>
    public static void Pack(in LayerMemory<T> layer, in Chunk<T> chunk, int panel)
    {
        int vectors = WeightProduct<TSimd, TVector, T>.Vectors(chunk);
        int start = Panels.Start(panel, vectors) * TSimd.Count;
        int width = Panels.Width(panel, vectors) * TSimd.Count;
        int live = Math.Min(width, layer.Features - start);
        T* destination = chunk.HiddenGradient + ((nint)start * chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++)
        {
            T* source = layer.HiddenGradient + ((nint)chunk.RowStates[row].Source * layer.Features) + start;
            PanelCopy<TSimd, TVector, T>.Row(source, live, destination + ((nint)row * width), width);
        }
    }

    /// <summary>Copies a panel's sums to where the caller wants the chunk's gradient.</summary>
    public static void Unpack(in LayerMemory<T> layer, in Chunk<T> chunk, int panel)
    {
        int vectors = WeightProduct<TSimd, TVector, T>.Vectors(chunk);
        int start = Panels.Start(panel, vectors) * TSimd.Count;
        int width = Panels.Width(panel, vectors) * TSimd.Count;
        int live = Math.Min(width, layer.Features - start);
        T* source = chunk.HiddenGradient + ((nint)start * chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++)
        {
            T* destination = layer.HiddenGradient + ((nint)chunk.RowStates[row].Source * layer.Features) + start;
            PanelCopy<TSimd, TVector, T>.Row(source + ((nint)row * width), live, destination, live);
        }
    }

    private static void PackWeights(in LayerMemory<T> layer, in Chunk<T> chunk, int block, int start, int width, T* panel)
    {
        int live = Math.Min(width, layer.Features - start);
        T* source = layer.WeightRow(block * Chunk<T>.BlockClasses) + start;
        for (int v = 0; v < chunk.ClassesOf(block); v++, source += layer.Features, panel += width)
        {
            PanelCopy<TSimd, TVector, T>.Row(source, live, panel, width);
        }
    }
}
