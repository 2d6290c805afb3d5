using System.Numerics;
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

    /// <summary>The widest panel for one run.</summary>
    private readonly nint PanelElements => (nint)LongestRun * Blocking.GroupStrips * Lanes<T>.Count;

    public static void Run(OuterProductPass<T> pass)
    {
        int workers = Workers.ForMultiplyAdds((double)pass.Rows * pass.Height * pass.Width, maxDegreeOfParallelism: -1);
        pass._scratchElements = pass.PanelElements + (Blocking.TileHeight * Blocking.GroupStrips * Lanes<T>.Count);
        using Workspace workspace = new(workers * pass._scratchElements * sizeof(T));
        pass._scratch = (T*)workspace.Start;
        using Phases phases = new(workers);
        WidestSimd.Run<AllPanels, T, int>(new(&pass, phases));
    }

    private static void AddPanel<TSimd, TVector>(OuterProductPass<T>* pass, int item, int worker)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        FeaturePanel<TSimd, TVector, T> panel = new(pass->Width, item);
        T* columns = pass->_scratch + (worker * pass->_scratchElements);
        T* result = columns + pass->PanelElements;
        for (int first = 0; first < pass->Rows; first += RunRows)
        {
            int rows = Math.Min(RunRows, pass->Rows - first);
            T* x = pass->X + ((nint)first * pass->Height);
            PackScaled<TSimd, TVector>(pass->Y + ((nint)first * pass->Width) + panel.Start, pass->Width, rows, panel, columns, pass->Scale);
            for (int i = 0; i < pass->Height; i += RegisterTile<TSimd, TVector, T>.Height)
            {
                int height = Math.Min(RegisterTile<TSimd, TVector, T>.Height, pass->Height - i);
                TileOperands<T> tile = new()
                {
                    A = x + i,
                    ARow = 1,
                    ADepth = pass->Height,
                    DepthCount = rows,
                    RunLength = rows,
                    B = columns,
                    BDepth = panel.Width,
                    CSecond = TSimd.Count,
                    CThird = 2 * TSimd.Count,
                };
                T* destination = pass->Destination + ((nint)i * pass->Width) + panel.Start;
                EdgeTile<TSimd, TVector, T>.Multiply(ref tile, panel, height, destination, pass->Width, TileResult.Adds, result);
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

    private readonly struct AllPanels(OuterProductPass<T>* pass, Phases phases) : IVectorWork<T, int>
    {
        /// <summary>Returns how many panels there are.</summary>
        public int Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            int panels = FeaturePanel<TSimd, TVector, T>.CountOf(pass->Width);
            phases.Run(pass, panels, &AddPanel<TSimd, TVector>);
            return panels;
        }
    }
}
