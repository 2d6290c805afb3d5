using System.Numerics;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Logits;

/// <summary>All rows of a logits' pass, on as many threads as pay.</summary>
internal unsafe struct LogitsRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The elements of one item of work, some 10 microseconds: much longer than it takes to claim one.</summary>
    private const int ElementsPerItem = 1 << 15;

    /// <summary>One thread per so many elements, some 50 microseconds: waking another costs several.</summary>
    private const int ElementsPerWorker = 1 << 17;

    private LogitsPass<T> _pass;
    private int _rowsPerItem;

    public static CrossEntropyResult Run(in LogitsPass<T> pass, CrossEntropyOptions options)
    {
        long losses = (long)pass.Batch.Rows * sizeof(RowLoss);
        long scratch = pass.NeedsScratch ? (long)LogitsPass<T>.ScratchRows * pass.Batch.Classes * sizeof(T) : 0;
        double elements = (double)pass.Batch.Rows * pass.Batch.Classes;
        double worth = Math.Min(elements / ElementsPerWorker, (double)options.MaxWorkspaceBytes / Math.Max(1, scratch));
        int workers = Workers.HowMany(worth, options.MaxDegreeOfParallelism);
        using Workspace workspace = new(losses + (workers * scratch));
        LogitsRun<T> run = new() { _pass = pass, _rowsPerItem = Math.Max(1, ElementsPerItem / Math.Max(1, pass.Batch.Classes)) };
        run._pass.Losses = (RowLoss*)workspace.Start;
        run._pass.Scratch = (T*)(workspace.Start + losses);
        run._pass.Prepare(workers);
        using Phases phases = new(workers);
        return WidestSimd.Run<AllRows, T, CrossEntropyResult>(new(&run, phases));
    }

    private static void RunItem<TSimd, TVector>(LogitsRun<T>* run, int item, int worker)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int first = item * run->_rowsPerItem;
        int end = first + Math.Min(run->_rowsPerItem, run->_pass.Batch.Rows - first);
        for (int row = first; row < end; row++)
        {
            if (run->_pass.Batch.TryTarget(row, run->_pass.Terms, out int target))
            {
                run->_pass.ComputeRow<TSimd, TVector>(row, target, worker);
            }
            else
            {
                run->_pass.Ignore(row);
            }
        }
    }

    private readonly struct AllRows(LogitsRun<T>* run, Phases phases) : IVectorWork<T, CrossEntropyResult>
    {
        public CrossEntropyResult Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged
        {
            phases.Run(run, Blocking.Divide(run->_pass.Batch.Rows, run->_rowsPerItem), &RunItem<TSimd, TVector>);
            return run->_pass.Sum();
        }
    }
}
