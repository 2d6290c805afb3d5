using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.FewRows;

/// <summary>
/// Z^T[c, n] = sum over d of W[c, d] h[n, d] for few rows n, whose lanes would be empty: vectors run along the features instead.
/// </summary>
/// <remarks>
/// The register tile with a vector of W in place of the broadcast number:
/// <code>
/// C[c, n][lane] = sum over steps of 64 bytes of features of W[c, step + lane] h[n, step + lane]
/// </code>
/// and then the sum over the lanes. It has the same shape at every vector width: 64 bytes of lanes, element d in lane d mod lanes, then the
/// upper half of the lanes is added to the lower until one is left, then the ragged end. Where a vector holds fewer lanes, the rows are
/// gone over once for each part of them.
/// </remarks>
internal static unsafe class DotProducts<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Copies the whole steps of the hidden vectors into <see cref="Chunk{T}.HiddenColumns"/>, the vector side of the tile:
    /// [panel of up to 3 rows][part of 64 bytes][step][row][lane], and behind them the rows' ragged ends.
    /// </summary>
    public static void Pack(in LayerArguments<T> layer, in Chunk<T> chunk)
    {
        switch (layer.Hidden.Format)
        {
            case NumberFormat.Half:
                Pack<Half>(layer, chunk);
                break;
            case NumberFormat.BFloat16:
                Pack<BFloat16>(layer, chunk);
                break;
            default:
                Pack<T>(layer, chunk);
                break;
        }
    }

    /// <summary>The logits of some classes.</summary>
    /// <typeparam name="TWeight">How the weights are stored.</typeparam>
    /// <param name="layer">Where the weights are.</param>
    /// <param name="chunk">Where the packed rows are.</param>
    /// <param name="classes">The first class, counted from the layer's first, and how many.</param>
    /// <param name="lines">Where the logits go: a line for each class.</param>
    /// <param name="scratch">For tiles, and for weights that are widened.</param>
    public static void Multiply<TWeight>(
        in LayerArguments<T> layer, in Chunk<T> chunk, (int First, int Count) classes, T* lines, WorkerScratch<T> scratch)
        where TWeight : unmanaged
    {
        int panels = Panels.Count(chunk.Rows);
        int whole = WholeFeatures(layer);
        int ragged = layer.Features - whole;
        for (int c = 0; c < classes.Count; c += RegisterTile<TSimd, TVector, T>.Height)
        {
            int live = Math.Min(RegisterTile<TSimd, TVector, T>.Height, classes.Count - c);
            for (int panel = 0; panel < panels; panel++)
            {
                int n = Panels.Start(panel, chunk.Rows);
                int width = Panels.Width(panel, chunk.Rows);
                MultiplyLanes<TWeight>(layer, chunk, (classes.First + c, live), (n, width), scratch);
                for (int column = 0; column < width; column++)
                {
                    T* hiddenEnd = RaggedEnds(chunk, whole) + ((nint)(n + column) * ragged);
                    for (int row = 0; row < live; row++)
                    {
                        T sum = Sum(scratch.Tile + (((row * Blocking.GroupStrips) + column) * Lanes<T>.Count));
                        TWeight* end = layer.Weights.Row<TWeight>(classes.First + c + row) + whole;
                        lines[((c + row) * Lanes<T>.Count) + n + column] = sum + RaggedEnd(end, hiddenEnd, ragged);
                    }
                }
            }
        }
    }

    private static void Pack<TStored>(in LayerArguments<T> layer, in Chunk<T> chunk)
        where TStored : unmanaged
    {
        T* destination = chunk.HiddenColumns;
        int whole = WholeFeatures(layer);
        for (int panel = 0; panel < Panels.Count(chunk.Rows); panel++)
        {
            int end = Panels.Start(panel + 1, chunk.Rows);
            for (int part = 0; part < Lanes<T>.Count; part += TSimd.Count)
            {
                for (int d = part; d < whole; d += Lanes<T>.Count)
                {
                    for (int n = Panels.Start(panel, chunk.Rows); n < end; n++, destination += TSimd.Count)
                    {
                        TSimd.Store(TSimd.Widen(layer.Hidden.Row<TStored>(chunk.RowStates[n].Source) + d), destination);
                    }
                }
            }
        }

        int ragged = layer.Features - whole;
        for (int n = 0; n < chunk.Rows; n++, destination += ragged)
        {
            TStored* source = layer.Hidden.Row<TStored>(chunk.RowStates[n].Source) + whole;
            PanelCopy<TSimd, TVector, T>.Row(source, ragged, destination, ragged);
        }
    }

    private static int WholeFeatures(in LayerArguments<T> layer) => layer.Features & -Lanes<T>.Count;

    private static T* RaggedEnds(in Chunk<T> chunk, int whole) => chunk.HiddenColumns + ((nint)chunk.Rows * whole);

    /// <summary>
    /// Up to a tile's height of classes times a panel of rows: 64 bytes of lanes for each. Meanwhile the panel's share of the next classes'
    /// weights, where they are many, is prefetched in the order in which they lie: a tile reads 8 of their rows at a time, which memory
    /// delivers at two thirds of its pace.
    /// </summary>
    private static void MultiplyLanes<TWeight>(
        in LayerArguments<T> layer,
        in Chunk<T> chunk,
        (int First, int Live) classes,
        (int First, int Count) rows,
        WorkerScratch<T> scratch)
        where TWeight : unmanaged
    {
        int whole = WholeFeatures(layer);
        bool isWidened = typeof(TWeight) == typeof(Half) && chunk.Rows > rows.Count;
        int stepBytes = RegisterTile<TSimd, TVector, T>.Height * Lanes<T>.Count * sizeof(TWeight);
        int aheadLines = layer.IsLarge ? Blocking.Divide(rows.Count * stepBytes, chunk.Rows * CacheLine.Bytes) : 0;
        for (nint d = 0; d == 0 || d < whole; d += Blocking.RunFeatures)
        {
            int depth = (int)Math.Min(Blocking.RunFeatures, whole - d);
            TWeight* weights = layer.Weights.Row<TWeight>(classes.First) + d;
            TWeight* next = layer.Weights.Row<TWeight>((long)classes.First + RegisterTile<TSimd, TVector, T>.Height);
            TileOperands<T> tile = new()
            {
                ADepth = Lanes<T>.Count,
                ARun = Lanes<T>.Count,
                DepthCount = depth / Lanes<T>.Count,
                RunLength = 1,
                Next = (byte*)(next + (RegisterTile<TSimd, TVector, T>.Height * (d + ((nint)depth * rows.First / chunk.Rows)))),
                NextBytes = aheadLines * CacheLine.Bytes,
                BDepth = rows.Count * TSimd.Count,
                CRow = Blocking.GroupStrips * Lanes<T>.Count,
                CSecond = Lanes<T>.Count,
                CThird = 2 * Lanes<T>.Count,
                Result = d == 0 ? TileResult.Overwrites : TileResult.Adds,
            };
            if (isWidened && (rows.First == 0 || whole > Blocking.RunFeatures))
            {
                WideningCopy<TSimd, TVector, T>.Rows(
                    layer.Weights, classes.First, classes.Live, ((int)d, depth), scratch.WidenedWeights, depth);
            }

            for (int part = 0; part < Lanes<T>.Count; part += TSimd.Count)
            {
                // a panel's parts follow one another, each with all its steps
                nint step = (nint)rows.Count * TSimd.Count;
                tile.B = chunk.HiddenColumns + ((nint)rows.First * whole) + (
                    ((((nint)part / TSimd.Count * whole) + d) / Lanes<T>.Count) * step);
                tile.C = scratch.Tile + part;
                if (!isWidened)
                {
                    tile.A = weights + part;
                    tile.ARow = layer.Features;
                    RegisterTile<TSimd, TVector, T>.Multiply<LanewiseFactor<TSimd, TVector, T, TWeight>, EveryDepthAhead<T>, TWeight>(
                        tile, classes.Live, rows.Count);
                }
                else
                {
                    tile.A = scratch.WidenedWeights + part;
                    tile.ARow = depth;
                    RegisterTile<TSimd, TVector, T>.Multiply<LanewiseFactor<TSimd, TVector, T, T>, EveryDepthAhead<T>, T>(
                        tile, classes.Live, rows.Count);
                }
            }
        }
    }

    /// <summary>64 bytes of lanes, by halves.</summary>
    private static T Sum(T* lanes)
    {
        int quarter = Vector128<T>.Count;
        Vector128<T> even = Vector128.Load(lanes) + Vector128.Load(lanes + (2 * quarter));
        Vector128<T> odd = Vector128.Load(lanes + quarter) + Vector128.Load(lanes + (3 * quarter));
        Vector128<T> sum = even + odd;
        return typeof(T) == typeof(float) ? sum[0] + sum[2] + (sum[1] + sum[3]) : sum[0] + sum[1];
    }

    private static T RaggedEnd<TWeight>(TWeight* weights, T* hidden, int count)
        where TWeight : unmanaged
    {
        T sum = T.Zero;
        for (int d = 0; d < count; d++)
        {
            sum = T.MultiplyAddEstimate(Widening.Number<TWeight, T>(weights[d]), hidden[d], sum);
        }

        return sum;
    }
}
