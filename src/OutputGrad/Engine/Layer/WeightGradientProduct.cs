using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>dW[v, d] = sum over n of G^T[v, n] H[n, d], for a block of classes; and db[v] = sum over n of G^T[v, n].</summary>
internal static unsafe class WeightGradientProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// What one worker takes at a time: the slice's residuals of 1024 rows are 256 KiB and stay in the second-level cache while the panels of hidden
    /// vectors go by.
    /// </summary>
    public const int SliceClasses = 64;

    /// <summary>Copies hidden vectors, scaled where the row's gradient is clipped, into one panel of <see cref="Chunk{T}.HiddenRows"/>.</summary>
    public static void PackRows(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* destination = chunk.HiddenRows + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.PaddedRows; row++, destination += panel.Width)
        {
            T* source = row < chunk.Rows ? layer.HiddenRow(chunk.RowStates[row].Source) + panel.Start : null;
            PanelCopy<TSimd, TVector, T>.Row(source, source == null ? 0 : panel.Live, destination, panel.Width);
            if (source != null && chunk.RowStates[row].Clip != 1)
            {
                Clip(new(destination, panel.Live), chunk.RowStates[row].Clip);
            }
        }
    }

    private static void Clip(Span<T> hidden, double factor)
    {
        if (T.IsNormal(T.CreateTruncating(factor)))
        {
            TensorPrimitives.Multiply(hidden, T.CreateTruncating(factor), hidden);
            return;
        }

        // a float may be too small for the factor and yet large enough for the product
        foreach (ref T number in hidden)
        {
            number = T.CreateTruncating(double.CreateTruncating(number) * factor);
        }
    }

    /// <param name="layer">Where the gradient goes.</param>
    /// <param name="chunk">Where the residuals and the panels of hidden vectors are.</param>
    /// <param name="block">The classes.</param>
    /// <param name="slice">Which <see cref="SliceClasses"/> of them.</param>
    /// <param name="result">Whether the gradient is added to.</param>
    /// <param name="scratch">For the edges of classes and features.</param>
    public static void Multiply(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int slice, TileResult result, WorkerScratch<T> scratch)
    {
        int first = slice * SliceClasses;
        int end = Math.Min(first + SliceClasses, chunk.ClassesOf(block));
        if (layer.WeightThreshold == 0)
        {
            T* rows = layer.WeightGradientRow((block * Blocking.BlockClasses) + first);
            Multiply(chunk, (block, first, end), Tile(chunk, block, result), rows, layer.IsLarge ? rows : null, scratch);
            return;
        }

        for (int v = first; v < end; v += FilterMask<T>.Together)
        {
            T* gradient = layer.WeightGradientRow((block * Blocking.BlockClasses) + v);
            ref bool isStarted = ref chunk.FilterMask.IsStarted(block, v);
            TileResult written = layer.Update.IsWanted && !isStarted ? TileResult.Overwrites : result;
            if (MultiplyTogether(layer, chunk, block, v, gradient, written, soon: gradient, scratch))
            {
                isStarted = true;
            }
            else if (result == TileResult.Overwrites && !layer.Update.IsWanted)
            {
                new Span<T>(gradient, Math.Min(FilterMask<T>.Together, end - v) * layer.Features).Clear();
            }
        }
    }

    /// <summary>The 8 classes from one on that a filter leaves or takes together; false where it leaves no row of them, and nothing is written.</summary>
    /// <param name="layer">Whether a filter is at work.</param>
    /// <param name="chunk">Where the residuals and the panels of hidden vectors are.</param>
    /// <param name="block">The block of the classes.</param>
    /// <param name="first">The first of them, counted from the block's first.</param>
    /// <param name="gradient">Where their gradient goes.</param>
    /// <param name="result">Whether it is added to.</param>
    /// <param name="soon">Rows like the gradient's that are needed next; null where none are.</param>
    /// <param name="scratch">For the edges of classes and features.</param>
    public static bool MultiplyTogether(
        in LayerArguments<T> layer, in Chunk<T> chunk, int block, int first, T* gradient, TileResult result, T* soon, WorkerScratch<T> scratch)
    {
        TileOperands<T> tile = Tile(chunk, block, result);
        if (layer.WeightThreshold > 0)
        {
            ushort* rows = stackalloc ushort[chunk.PaddedRows];
            tile.Depths = rows;
            tile.Runs = chunk.FilterMask.ListRows(block, first, chunk.Strips, rows);
            tile.RunLength = 1;
        }

        if (tile.Runs > 0)
        {
            Multiply(chunk, (block, first, Math.Min(first + FilterMask<T>.Together, chunk.ClassesOf(block))), tile, gradient, layer.IsLarge ? soon : null, scratch);
        }

        return tile.Runs > 0;
    }

    /// <summary>
    /// db for a block: lanes first, strip by strip, then across each class's lanes in order. Classes of which the filter leaves no row have 0.
    /// </summary>
    public static void SumRows(in LayerArguments<T> layer, in Chunk<T> chunk, int block, T* gradient, TileResult result, WorkerScratch<T> scratch)
    {
        int elements = chunk.ClassesOf(block) * Lanes<T>.Count;
        T* lanes = scratch.Work;
        T* clips = scratch.Tile;
        new Span<T>(lanes, elements).Clear();
        for (int strip = 0; strip < chunk.Strips; strip++)
        {
            T* residuals = chunk.Block(block) + (strip * chunk.StripStride(block));
            for (int lane = 0; lane < Lanes<T>.Count; lane++)
            {
                clips[lane] = lane < chunk.LiveRows(strip) ? T.CreateTruncating(chunk.RowsOf(strip)[lane].Clip) : T.Zero;
            }

            for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
            {
                TVector clip = TSimd.Load(clips + lane);
                for (int i = lane; i < elements; i += Lanes<T>.Count)
                {
                    TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(residuals + i), clip, TSimd.Load(lanes + i)), lanes + i);
                }
            }
        }

        for (int v = 0; v < chunk.ClassesOf(block); v++)
        {
            T sum = T.Zero;
            bool survives = layer.WeightThreshold == 0 || chunk.FilterMask.AnyRow(block, v, chunk.Strips);
            foreach (T lane in new ReadOnlySpan<T>(lanes + (v * Lanes<T>.Count), survives ? Lanes<T>.Count : 0))
            {
                sum += lane;
            }

            gradient[v] = result == TileResult.Adds ? gradient[v] + sum : sum;
        }
    }

    /// <summary>Lets the optimizer move the weights and biases of a slice; under a filter those of which some row survived.</summary>
    public static void Update(in LayerArguments<T> layer, in Chunk<T> chunk, int block, int slice)
    {
        int blockStart = block * Blocking.BlockClasses;
        int end = Math.Min((slice + 1) * SliceClasses, chunk.ClassesOf(block));
        int first = slice * SliceClasses;
        for (int v = first; v < end && layer.WeightThreshold > 0; v += FilterMask<T>.Together)
        {
            if (!chunk.FilterMask.IsStarted(block, v))
            {
                UpdateClasses(layer, blockStart + first, v - first);
                first = v + FilterMask<T>.Together;
            }
        }

        UpdateClasses(layer, blockStart + first, end - first);
    }

    private static void UpdateClasses(in LayerArguments<T> layer, int first, int count) =>
        layer.UpdateClasses(first, count, layer.WeightGradientRow(first), layer.BiasGradient + first);

    /// <summary>A tile of dW but for its places: it sums over all rows, strip by strip, or over those that the only strip has.</summary>
    private static TileOperands<T> Tile(in Chunk<T> chunk, int block, TileResult result) => new()
    {
        ARow = Lanes<T>.Count,
        ADepth = 1,
        ARun = chunk.StripStride(block),
        Runs = chunk.Strips,
        RunLength = Math.Min(Lanes<T>.Count, chunk.Rows),
        CSecond = TSimd.Count,
        CThird = 2 * TSimd.Count,
        Result = result,
    };

    /// <summary>Some classes of a block, panel of features by panel; the gradient is that of the first of them.</summary>
    private static void Multiply(
        in Chunk<T> chunk, (int Block, int First, int End) classes, TileOperands<T> tile, T* gradient, T* soon, WorkerScratch<T> scratch)
    {
        TileResult result = tile.Result;
        for (int i = 0; i < FeaturePanel<TSimd, TVector, T>.CountOf(chunk.Features); i++)
        {
            FeaturePanel<TSimd, TVector, T> panel = new(chunk.Features, i);
            tile.B = chunk.HiddenRows + panel.At(chunk.PaddedRows);
            tile.BDepth = panel.Width;
            for (int v = classes.First; v < classes.End; v += TSimd.TileHeight)
            {
                nint at = ((nint)(v - classes.First) * chunk.Features) + panel.Start;
                int rows = Math.Min(TSimd.TileHeight, classes.End - v);
                bool isWhole = rows == TSimd.TileHeight && panel.Live == panel.Width;
                tile.A = chunk.Block(classes.Block) + ((nint)v * Lanes<T>.Count);
                tile.C = isWhole ? gradient + at : scratch.Tile;
                tile.CRow = isWhole ? chunk.Features : panel.Width;
                tile.Result = isWhole ? result : TileResult.Overwrites;
                for (int row = 0; row < rows && soon != null; row++)
                {
                    Prefetch.Bytes(soon + at + ((nint)row * chunk.Features), panel.Live * sizeof(T));
                }

                RegisterTile<TSimd, TVector, T>.Multiply(tile, panel.Vectors);
                if (!isWhole)
                {
                    PanelCopy<TSimd, TVector, T>.WriteLive(scratch.Tile, panel.Width, rows, panel.Live, gradient + at, chunk.Features, result);
                }
            }
        }
    }
}
