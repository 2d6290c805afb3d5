using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
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
    /// [panel of up to 3 rows][part of 64 bytes][step][row][lane].
    /// </summary>
    public static void Pack(in LayerArguments<T> layer, in Chunk<T> chunk)
    {
        T* destination = chunk.HiddenColumns;
        for (int panel = 0; panel < Panels.Count(chunk.Rows); panel++)
        {
            int end = Panels.Start(panel + 1, chunk.Rows);
            for (int part = 0; part < Lanes<T>.Count; part += TSimd.Count)
            {
                for (int d = part; d < WholeFeatures(layer); d += Lanes<T>.Count)
                {
                    for (int n = Panels.Start(panel, chunk.Rows); n < end; n++, destination += TSimd.Count)
                    {
                        TSimd.Store(TSimd.Load(layer.HiddenRow(chunk.RowStates[n].Source) + d), destination);
                    }
                }
            }
        }
    }

    /// <summary>The logits of a block of classes.</summary>
    /// <param name="layer">Where the weights are.</param>
    /// <param name="chunk">Where the packed rows are.</param>
    /// <param name="block">The classes, and where the logits go: its only strip.</param>
    /// <param name="scratch">For tiles and the edge of the classes.</param>
    public static void Multiply(in LayerArguments<T> layer, in Chunk<T> chunk, in Block<T> block, WorkerScratch<T> scratch)
    {
        int panels = Panels.Count(chunk.Rows);
        for (int c = 0; c < block.Classes; c += RegisterTile<TSimd, TVector, T>.Height)
        {
            T* weights = layer.WeightRow(block.FirstClass + c);
            int live = Math.Min(RegisterTile<TSimd, TVector, T>.Height, block.Classes - c);
            for (int panel = 0; panel < panels; panel++)
            {
                int n = Panels.Start(panel, chunk.Rows);
                int width = Panels.Width(panel, chunk.Rows);
                MultiplyLanes(layer, chunk, weights, live, (n, width), scratch);
                for (int column = 0; column < width; column++)
                {
                    T* hidden = layer.HiddenRow(chunk.RowStates[n + column].Source);
                    for (int row = 0; row < live; row++)
                    {
                        T sum = Sum(scratch.Tile + (((row * Blocking.GroupStrips) + column) * Lanes<T>.Count));
                        T* end = weights + ((nint)row * layer.Features);
                        block.Lines[((c + row) * Lanes<T>.Count) + n + column] = sum + RaggedEnd(
                            end, hidden, WholeFeatures(layer), layer.Features);
                    }
                }
            }
        }
    }

    private static int WholeFeatures(in LayerArguments<T> layer) => layer.Features & -Lanes<T>.Count;

    /// <summary>
    /// A tile's height of classes times a panel of rows: 64 bytes of lanes for each. Meanwhile the panel's share of the next classes'
    /// weights is prefetched, in the order in which they lie: a tile reads 8 of their rows at a time, which memory delivers at two thirds
    /// of its pace.
    /// </summary>
    private static void MultiplyLanes(
        in LayerArguments<T> layer, in Chunk<T> chunk, T* weights, int live, (int First, int Count) rows, WorkerScratch<T> scratch)
    {
        int whole = WholeFeatures(layer);
        int aheadBytes = Blocking.Divide(rows.Count * RegisterTile<TSimd, TVector, T>.Height, chunk.Rows) * CacheLine.Bytes;
        for (nint d = 0; d == 0 || d < whole; d += Blocking.RunFeatures)
        {
            int depth = (int)Math.Min(Blocking.RunFeatures, whole - d);
            bool isWhole = live == RegisterTile<TSimd, TVector, T>.Height;
            T* a = isWhole
                ? weights + d
                : PanelCopy<TSimd, TVector, T>.PadRows(weights + d, layer.Features, live, depth, scratch.EdgeWeights);
            TileOperands<T> tile = new()
            {
                ARow = isWhole ? layer.Features : depth,
                ADepth = Lanes<T>.Count,
                ARun = Lanes<T>.Count,
                Runs = depth / Lanes<T>.Count,
                RunLength = 1,
                Next = (byte*)(weights + ((nint)RegisterTile<TSimd, TVector, T>.Height * (layer.Features + d)) + (
                    (nint)RegisterTile<TSimd, TVector, T>.Height * depth * rows.First / chunk.Rows)),
                NextBytes = aheadBytes,
                CRow = Blocking.GroupStrips * Lanes<T>.Count,
                CSecond = Lanes<T>.Count,
                CThird = 2 * Lanes<T>.Count,
                Result = d == 0 ? TileResult.Overwrites : TileResult.Adds,
            };
            for (int part = 0; part < Lanes<T>.Count; part += TSimd.Count)
            {
                // a panel's parts follow one another, each with all its steps
                nint step = (nint)rows.Count * TSimd.Count;
                tile.A = a + part;
                tile.B = chunk.HiddenColumns + ((nint)rows.First * whole) + (
                    ((((nint)part / TSimd.Count * whole) + d) / Lanes<T>.Count) * step);
                tile.C = scratch.Tile + part;
                RegisterTile<TSimd, TVector, T>.Multiply<LanewiseFactor<TSimd, TVector, T>, EveryDepthAhead<T>>(tile, rows.Count);
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

    private static T RaggedEnd(T* row, T* vector, int first, int end)
    {
        T sum = T.Zero;
        for (int d = first; d < end; d++)
        {
            sum = T.MultiplyAddEstimate(row[d], vector[d], sum);
        }

        return sum;
    }
}
