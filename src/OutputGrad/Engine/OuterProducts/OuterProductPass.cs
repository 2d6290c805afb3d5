using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.OuterProducts;

/// <summary>C[i, j] += scale times the sum over n of x[n, i] y[n, j]: the register tile between two matrices of rows.</summary>
/// <remarks>
/// <code>
/// for each panel of columns j:                an item for the workers
///     for each run of rows n:                 y's part of the panel is copied, times scale
///         for each strip of rows i:           a tile, x read where it lies
/// </code>
/// Every element of C is a chain of fused multiply-adds over 1024 rows at a time, added to C run by run.
/// </remarks>
internal unsafe struct OuterProductPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The longest chain of additions; its panel, 1024 x 192 bytes, stays in the second-level cache.</summary>
    private const int RunRows = 1024;

    public required T* X;
    public required T* Y;
    public required T* Destination;
    public required int Rows;
    public required int Height;
    public required int Width;
    public required T Scale;

    private T* _scratch;
    private nint _scratchElements;

    private readonly int LongestRun => Math.Min(Rows, RunRows);

    /// <summary>The widest panel and the padded edge of x for one run, and a tile.</summary>
    private readonly nint PanelElements => (nint)LongestRun * Blocking.GroupStrips * Lanes<T>.Count;

    private readonly nint EdgeElements => (nint)LongestRun * Blocking.TileHeight;

    public static void Run(OuterProductPass<T> pass)
    {
        int workers = Workers.Count((double)pass.Rows * pass.Height * pass.Width / 4e6, maxDegreeOfParallelism: -1);
        pass._scratchElements = pass.PanelElements + pass.EdgeElements + (Blocking.TileHeight * Blocking.GroupStrips * Lanes<T>.Count);
        using Workspace workspace = new(workers * pass._scratchElements * sizeof(T));
        pass._scratch = (T*)workspace.Start;
        using Workers? helpers = Workers.Start(workers, &pass);
        if (Vector512.IsHardwareAccelerated)
        {
            Workers.Run(helpers, &pass, FeaturePanel<Simd512<T>, Vector512<T>, T>.CountOf(pass.Width), &AddPanel<Simd512<T>, Vector512<T>>);
        }
        else
        {
            Workers.Run(helpers, &pass, FeaturePanel<SimdNative<T>, Vector<T>, T>.CountOf(pass.Width), &AddPanel<SimdNative<T>, Vector<T>>);
        }
    }

    private static void AddPanel<TSimd, TVector>(OuterProductPass<T>* pass, int item, int worker)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        FeaturePanel<TSimd, TVector, T> panel = new(pass->Width, item);
        T* columns = pass->_scratch + (worker * pass->_scratchElements);
        T* edge = columns + pass->PanelElements;
        T* result = edge + pass->EdgeElements;
        for (int first = 0; first < pass->Rows; first += RunRows)
        {
            int rows = Math.Min(RunRows, pass->Rows - first);
            T* x = pass->X + ((nint)first * pass->Height);
            PackScaled<TSimd, TVector>(pass->Y + ((nint)first * pass->Width) + panel.Start, pass->Width, rows, panel, columns, pass->Scale);
            for (int i = 0; i < pass->Height; i += TSimd.TileHeight)
            {
                int height = Math.Min(TSimd.TileHeight, pass->Height - i);
                bool isWhole = height == TSimd.TileHeight && panel.Live == panel.Width;
                T* destination = pass->Destination + ((nint)i * pass->Width) + panel.Start;
                TileOperands<T> tile = new()
                {
                    A = height == TSimd.TileHeight ? x + i : PadColumns<TSimd, TVector>(x + i, pass->Height, rows, height, edge),
                    ARow = 1,
                    ADepth = height == TSimd.TileHeight ? pass->Height : TSimd.TileHeight,
                    Runs = 1,
                    RunLength = rows,
                    B = columns,
                    C = isWhole ? destination : result,
                    CRow = isWhole ? pass->Width : panel.Width,
                    CSecond = TSimd.Count,
                    CThird = 2 * TSimd.Count,
                    Result = isWhole ? TileResult.Adds : TileResult.Overwrites,
                };
                RegisterTile<TSimd, TVector, T>.Multiply(tile, panel.Vectors);
                if (!isWhole)
                {
                    PanelCopy<TSimd, TVector, T>.WriteLive(result, panel.Width, height, panel.Live, destination, pass->Width, TileResult.Adds);
                }
            }
        }
    }

    private static void PackScaled<TSimd, TVector>(
        T* source, int stride, int rows, FeaturePanel<TSimd, TVector, T> panel, T* destination, T scale)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector factor = TSimd.Broadcast(scale);
        for (int row = 0; row < rows; row++, source += stride, destination += panel.Width)
        {
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Width);
            for (int d = 0; d < panel.Width; d += TSimd.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(destination + d), factor), destination + d);
            }
        }
    }

    /// <summary>The last columns of x with zeros beside them, so that the full tile may read them.</summary>
    private static T* PadColumns<TSimd, TVector>(T* source, int stride, int rows, int live, T* padded)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* to = padded;
        for (int row = 0; row < rows; row++, source += stride, to += TSimd.TileHeight)
        {
            PanelCopy<TSimd, TVector, T>.Row(source, live, to, TSimd.TileHeight);
        }

        return padded;
    }
}
