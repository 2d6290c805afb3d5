using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Engine;

/// <summary>dW[v, d] = sum over n of G^T[v, n] H[n, d], for a block of classes; and db[v] = sum over n of G^T[v, n].</summary>
internal static unsafe class WeightProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// What one worker takes at a time: the slice's residuals of 1024 rows are 256 KiB and stay in the second-level cache while the panels of hidden
    /// vectors go by.
    /// </summary>
    public const int SliceClasses = 64;

    /// <summary>The vectors that the features take; at the narrower widths the padding holds more.</summary>
    public static int Vectors(in Chunk<T> chunk) => Chunk<T>.Divide(chunk.Features, TSimd.Count);

    /// <summary>Copies hidden vectors, scaled where the row's gradient is clipped, into one panel of <see cref="Chunk{T}.HiddenRows"/>.</summary>
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
            if (source != null && chunk.RowStates[row].Clip != 1)
            {
                Span<T> copy = new(destination, live);
                TensorPrimitives.Multiply(copy, T.CreateTruncating(chunk.RowStates[row].Clip), copy);
            }
        }
    }

    /// <param name="layer">Where the gradient goes.</param>
    /// <param name="chunk">Where the residuals and the panels of hidden vectors are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="slice">Which <see cref="SliceClasses"/> of them.</param>
    /// <param name="result">Whether the gradient is added to.</param>
    /// <param name="scratch">For the edges of classes and features.</param>
    public static void Multiply(in LayerMemory<T> layer, in Chunk<T> chunk, int block, int slice, TileResult result, WorkerScratch<T> scratch)
    {
        TileOperands<T> tile = new()
        {
            ARow = Chunk<T>.Lanes,
            ADepth = 1,
            ARun = chunk.StripStride(block),
            Runs = chunk.Strips,
            RunLength = Chunk<T>.Lanes,
            CSecond = TSimd.Count,
            CThird = 2 * TSimd.Count,
            Result = result,
        };
        int first = slice * SliceClasses;
        int end = Math.Min(first + SliceClasses, chunk.ClassesOf(block));
        if (layer.WeightThreshold == 0)
        {
            Multiply(layer, chunk, block, first, end, tile, scratch);
            return;
        }

        ushort* rows = stackalloc ushort[chunk.PaddedRows];
        tile.Depths = rows;
        tile.RunLength = 1;
        for (int v = first; v < end; v += Survivors<T>.Together)
        {
            int groupEnd = Math.Min(v + Survivors<T>.Together, end);
            tile.Runs = chunk.Survivors.ListRows(block, v, chunk.Strips, rows);
            if (tile.Runs > 0)
            {
                ref bool touched = ref chunk.Survivors.Touched(block, v);
                tile.Result = layer.Update.IsWanted && !touched ? TileResult.Overwrites : result;
                touched = true;
                Multiply(layer, chunk, block, v, groupEnd, tile, scratch);
            }
            else if (result == TileResult.Overwrites && !layer.Update.IsWanted)
            {
                T* gradient = layer.WeightGradientRow((block * Chunk<T>.BlockClasses) + v);
                new Span<T>(gradient, (groupEnd - v) * layer.Features).Clear();
            }
        }
    }

    /// <summary>
    /// db for a block: lanes first, strip by strip, then across each class's lanes in order. Classes of which the filter leaves no row have 0.
    /// </summary>
    public static void SumRows(in LayerMemory<T> layer, in Chunk<T> chunk, int block, TileResult result, WorkerScratch<T> scratch)
    {
        int elements = chunk.ClassesOf(block) * Chunk<T>.Lanes;
        T* lanes = scratch.Work;
        T* clips = scratch.Tile;
        new Span<T>(lanes, elements).Clear();
        for (int strip = 0; strip < chunk.Strips; strip++)
        {
            T* residuals = chunk.Block(block) + (strip * chunk.StripStride(block));
            for (int lane = 0; lane < Chunk<T>.Lanes; lane++)
            {
                clips[lane] = lane < chunk.LiveRows(strip) ? T.CreateTruncating(chunk.RowsOf(strip)[lane].Clip) : T.Zero;
            }

            for (int lane = 0; lane < Chunk<T>.Lanes; lane += TSimd.Count)
            {
                TVector clip = TSimd.Load(clips + lane);
                for (int i = lane; i < elements; i += Chunk<T>.Lanes)
                {
                    TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(residuals + i), clip, TSimd.Load(lanes + i)), lanes + i);
                }
            }
        }

        T* gradient = layer.BiasGradient + (block * Chunk<T>.BlockClasses);
        for (int v = 0; v < chunk.ClassesOf(block); v++)
        {
            T sum = T.Zero;
            bool survives = layer.WeightThreshold == 0 || chunk.Survivors.AnyRow(block, v, chunk.Strips);
            foreach (T lane in new ReadOnlySpan<T>(lanes + (v * Chunk<T>.Lanes), survives ? Chunk<T>.Lanes : 0))
            {
                sum += lane;
            }

            gradient[v] = result == TileResult.Adds ? gradient[v] + sum : sum;
        }
    }

    /// <summary>Lets the optimiser move the weights and biases of a slice; under a filter those of which some row survived.</summary>
    public static void Update(in LayerMemory<T> layer, in Chunk<T> chunk, int block, int slice)
    {
        int blockStart = block * Chunk<T>.BlockClasses;
        int end = Math.Min((slice + 1) * SliceClasses, chunk.ClassesOf(block));
        int first = slice * SliceClasses;
        for (int v = first; v < end && layer.WeightThreshold > 0; v += Survivors<T>.Together)
        {
            if (!chunk.Survivors.Touched(block, v))
            {
                UpdateClasses(layer, blockStart + first, v - first);
                first = v + Survivors<T>.Together;
            }
        }

        UpdateClasses(layer, blockStart + first, end - first);
    }

    private static void UpdateClasses(in LayerMemory<T> layer, int first, int count) =>
        layer.UpdateClasses(first, count, layer.WeightGradientRow(first), layer.BiasGradient + first);

    /// <summary>Some classes of a block, panel of features by panel.</summary>
    private static void Multiply(
        in LayerMemory<T> layer, in Chunk<T> chunk, int block, int first, int end, TileOperands<T> tile, WorkerScratch<T> scratch)
    {
        TileResult result = tile.Result;
        for (int panel = 0; panel < Panels.Count(Vectors(chunk)); panel++)
        {
            int vectors = Panels.Width(panel, Vectors(chunk));
            int start = Panels.Start(panel, Vectors(chunk)) * TSimd.Count;
            int width = vectors * TSimd.Count;
            int live = Math.Min(width, layer.Features - start);
            tile.B = chunk.HiddenRows + ((nint)start * chunk.PaddedRows);
            tile.BDepth = width;
            for (int v = first; v < end; v += TSimd.TileHeight)
            {
                T* gradient = layer.WeightGradientRow((block * Chunk<T>.BlockClasses) + v) + start;
                int rows = Math.Min(TSimd.TileHeight, end - v);
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
    }
}
