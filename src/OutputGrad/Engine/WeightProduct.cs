using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>dW[v, d] = sum over n of G^T[v, n] H[n, d], for a block of classes; and db[v] = sum over n of G^T[v, n].</summary>
internal static unsafe class WeightProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The vectors that the features take; at the narrower widths the padding holds more.</summary>
    public static int Vectors(in Chunk<T> chunk) => Chunk<T>.Divide(chunk.Features, TSimd.Count);

    /// <summary>Copies hidden vectors into one panel of <see cref="Chunk{T}.HiddenRows"/>.</summary>
    public static void PackRows(in LayerMemory<T> layer, in Chunk<T> chunk, int panel)
    {
        int start = Panels.Start(panel, Vectors(chunk)) * TSimd.Count;
        int width = Panels.Width(panel, Vectors(chunk)) * TSimd.Count;
        int live = Math.Min(width, layer.Features - start);
        T* destination = chunk.HiddenRows + ((nint)start * chunk.PaddedRows);
        for (int row = 0; row < chunk.PaddedRows; row++, destination += width)
        {
            T* source = row < chunk.Rows ? layer.HiddenRow(chunk.RowStates[row].Source) + start : null;
            PanelCopy<TSimd, TVector, T>.Row(source, source == null ? 0 : live, destination, width);
        }
    }

    /// <param name="layer">Where the gradient goes.</param>
    /// <param name="chunk">Where the residuals and the panels of hidden vectors are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="panel">The features.</param>
    /// <param name="result">Whether the gradient is added to.</param>
    /// <param name="scratch">For the edges of classes and features.</param>
    public static void Multiply(in LayerMemory<T> layer, in Chunk<T> chunk, int block, int panel, TileResult result, WorkerScratch<T> scratch)
    {
        int classes = chunk.ClassesOf(block);
        int vectors = Panels.Width(panel, Vectors(chunk));
        int start = Panels.Start(panel, Vectors(chunk)) * TSimd.Count;
        int width = vectors * TSimd.Count;
        int live = Math.Min(width, layer.Features - start);
        TileOperands<T> tile = new()
        {
            ARow = Chunk<T>.Lanes,
            ADepth = 1,
            ARun = chunk.StripStride(block),
            Runs = chunk.Strips,
            RunLength = Chunk<T>.Lanes,
            B = chunk.HiddenRows + ((nint)start * chunk.PaddedRows),
            CSecond = TSimd.Count,
            CThird = 2 * TSimd.Count,
        };
        for (int v = 0; v < classes; v += TSimd.TileHeight)
        {
            T* gradient = layer.WeightGradientRow((block * Chunk<T>.BlockClasses) + v) + start;
            int rows = Math.Min(TSimd.TileHeight, classes - v);
            bool isWhole = rows == TSimd.TileHeight && live == width;
            tile.A = chunk.Block(block) + ((nint)v * Chunk<T>.Lanes);
            tile.C = isWhole ? gradient : scratch.Tile;
            tile.CRow = isWhole ? layer.Features : width;
            tile.Result = isWhole ? result : TileResult.Overwrites;
            RegisterTile<TSimd, TVector, T>.Multiply(tile, vectors);
            if (!isWhole)
            {
                PanelCopy<TSimd, TVector, T>.WriteLive(scratch.Tile, width, rows, live, gradient, layer.Features, result);
            }
        }
    }

    /// <summary>db for a block: lanes first, strip by strip, then across each class's lanes in order.</summary>
    public static void SumRows(in LayerMemory<T> layer, in Chunk<T> chunk, int block, TileResult result, WorkerScratch<T> scratch)
    {
        int elements = chunk.ClassesOf(block) * Chunk<T>.Lanes;
        T* lanes = scratch.Work;
        new Span<T>(lanes, elements).Clear();
        for (int strip = 0; strip < chunk.Strips; strip++)
        {
            T* residuals = chunk.Block(block) + (strip * chunk.StripStride(block));
            for (int i = 0; i < elements; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(lanes + i), TSimd.Load(residuals + i)), lanes + i);
            }
        }

        T* gradient = layer.BiasGradient + (block * Chunk<T>.BlockClasses);
        for (int v = 0; v < chunk.ClassesOf(block); v++)
        {
            T sum = T.Zero;
            foreach (T lane in new ReadOnlySpan<T>(lanes + (v * Chunk<T>.Lanes), Chunk<T>.Lanes))
            {
                sum += lane;
            }

            gradient[v] = result == TileResult.Adds ? gradient[v] + sum : sum;
        }
    }
}
