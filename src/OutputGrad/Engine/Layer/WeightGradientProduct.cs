using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>dW[c, d] = sum over n of G^T[c, n] H[n, d], for some classes of a block.</summary>
internal static unsafe class WeightGradientProduct<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// What one worker takes at a time: the slice's residuals of 1024 rows are 256 KiB and stay in the second-level cache while the panels
    /// of hidden vectors go by.
    /// </summary>
    public const int SliceClasses = 64;

    /// <summary>The gradient of a slice of classes.</summary>
    /// <param name="layer">The call.</param>
    /// <param name="chunk">Where the panels of hidden vectors are.</param>
    /// <param name="block">Where the residuals are.</param>
    /// <param name="slice">Which <see cref="SliceClasses"/> of the block.</param>
    /// <param name="target">Where the gradient goes.</param>
    /// <param name="result">Whether it is added to.</param>
    /// <param name="scratch">For the edge of the features.</param>
    public static void Multiply(
        in LayerArguments<T> layer,
        in Chunk<T> chunk,
        in Block<T> block,
        int slice,
        GradientTarget<T> target,
        TileResult result,
        WorkerScratch<T> scratch)
    {
        int first = slice * SliceClasses;
        int end = Math.Min(first + SliceClasses, block.Classes);
        if (layer.WeightThreshold == 0)
        {
            T* rows = target.Row(block.FirstClass + first);
            Multiply(layer, chunk, block, (first, end), Tile(chunk, block, result), rows, layer.IsLarge ? rows : null, scratch);
            return;
        }

        for (int c = first; c < end; c += Blocking.TileHeight)
        {
            T* gradient = target.Row(block.FirstClass + c);
            ref bool isStarted = ref block.Mask.IsStarted(block.Index, c);
            TileResult written = layer.Update.IsWanted && !isStarted ? TileResult.Overwrites : result;
            (int, int) eight = (c, Math.Min(c + Blocking.TileHeight, block.Classes));
            if (MultiplyTogether(layer, chunk, block, eight, gradient, written, soon: gradient, scratch))
            {
                isStarted = true;
            }
            else if (result == TileResult.Overwrites && !layer.Update.IsWanted)
            {
                new Span<T>(gradient, Math.Min(Blocking.TileHeight, end - c) * layer.Features).Clear();
            }
        }
    }

    /// <summary>
    /// Some classes together, under a filter some of the 8 that it decides for; false where it leaves no row of them, and nothing is
    /// written.
    /// </summary>
    /// <param name="layer">Whether a filter is at work.</param>
    /// <param name="chunk">Where the panels of hidden vectors are.</param>
    /// <param name="block">Where the residuals are.</param>
    /// <param name="classes">The first class and where they end, counted from the block's first.</param>
    /// <param name="gradient">Where their gradient goes.</param>
    /// <param name="result">Whether it is added to.</param>
    /// <param name="soon">The gradient itself, or rows like it that are needed next, in one piece; null where none are.</param>
    /// <param name="scratch">For the edge of the features.</param>
    public static bool MultiplyTogether(
        in LayerArguments<T> layer,
        in Chunk<T> chunk,
        in Block<T> block,
        (int First, int End) classes,
        T* gradient,
        TileResult result,
        T* soon,
        WorkerScratch<T> scratch)
    {
        TileOperands<T> tile = Tile(chunk, block, result);
        if (layer.WeightThreshold > 0)
        {
            ushort* rows = stackalloc ushort[chunk.PaddedRows];
            tile.Depths = rows;
            tile.DepthCount = block.Mask.ListRows(block.Index, classes.First, block.Strips, rows);
            tile.RunLength = 1;
        }

        if (tile.DepthCount > 0)
        {
            Multiply(layer, chunk, block, classes, tile, gradient, layer.IsLarge ? soon : null, scratch);
        }

        return tile.DepthCount > 0;
    }

    /// <summary>A tile but for its places: it sums over all rows, strip by strip.</summary>
    private static TileOperands<T> Tile(in Chunk<T> chunk, in Block<T> block, TileResult result) => new()
    {
        ARow = Lanes<T>.Count,
        ADepth = 1,
        ARun = block.StripStride,
        DepthCount = chunk.Rows,
        RunLength = Lanes<T>.Count,
        CSecond = TSimd.Count,
        CThird = 2 * TSimd.Count,
        Result = result,
    };

    /// <summary>Some classes of a block, panel of features by panel; the gradient is that of the first of them.</summary>
    private static void Multiply(
        in LayerArguments<T> layer,
        in Chunk<T> chunk,
        in Block<T> block,
        (int First, int End) classes,
        TileOperands<T> tile,
        T* gradient,
        T* soon,
        WorkerScratch<T> scratch)
    {
        TileResult result = tile.Result;
        for (int i = 0; i < FeaturePanel<TSimd, TVector, T>.CountOf(chunk.Features); i++)
        {
            FeaturePanel<TSimd, TVector, T> panel = new(chunk.Features, i);
            tile.B = HiddenPacking<TSimd, TVector, T>.Rows(layer, chunk, panel, out int stride);
            tile.BDepth = stride;
            for (int c = classes.First; c < classes.End; c += RegisterTile<TSimd, TVector, T>.Height)
            {
                nint at = ((nint)(c - classes.First) * chunk.Features) + panel.Start;
                int rows = Math.Min(RegisterTile<TSimd, TVector, T>.Height, classes.End - c);
                tile.A = block.Lines + ((nint)c * Lanes<T>.Count);
                if (soon == gradient && soon != null)
                {
                    PrefetchRows(gradient + at, rows, chunk.Features, panel.Live);
                }
                else if (soon != null)
                {
                    // what comes after this lies in one piece: panel by panel a part of it, in the order in which memory is quickest
                    T* part = soon + ((nint)panel.Start * (classes.End - classes.First)) + ((nint)(c - classes.First) * panel.Live);
                    Prefetch.Bytes(part, (nint)panel.Live * rows * sizeof(T));
                }

                EdgeTile<TSimd, TVector, T>.Multiply(ref tile, panel, rows, gradient + at, chunk.Features, result, scratch.Tile);
            }
        }
    }

    private static void PrefetchRows(T* first, int rows, int stride, int live)
    {
        for (int row = 0; row < rows; row++)
        {
            Prefetch.Bytes(first + ((nint)row * stride), live * sizeof(T));
        }
    }
}
