using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>
/// The layer's loss and gradients in one go over chunks of rows: logits block by block of classes, softmax, merge, residuals, products.
/// </summary>
/// <remarks>
/// <code>
/// for each chunk of rows that count:
///     for each block of classes x group of strips:  logits, then exponentials and the block's maxima and sums     LogitsProduct, SoftmaxTile
///     for each strip:                               the blocks' numbers become the rows' losses and factors       RowMerge
///     for each sweep over some blocks:
///         for each block x group:                   residuals in place of the exponentials                        SoftmaxTile
///         for each panel of features:               dL/dH plus these blocks; dL/dW of each block                  HiddenProduct, WeightProduct
/// </code>
/// Every loop body is an item of a phase for the <see cref="Workers"/>: it owns what it writes, and what it computes does not depend on who
/// else works. Where the plan does not store all logits, each sweep makes its own again.
/// </remarks>
internal unsafe struct LayerPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LayerMemory<T> _layer;
    private LayerPlan<T> _plan;
    private Chunk<T> _chunk;
    private T* _scratch;
    private TileResult _result;

    // the blocks of the current sweep
    private int _firstBlock;
    private int _sweptBlocks;

    public static CrossEntropyResult Run(in LayerMemory<T> layer, in LayerPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        LayerPass<TSimd, TVector, T> pass = new() { _layer = layer, _plan = plan };
        plan.Layout(workspace.Start, out pass._chunk, out pass._scratch);
        using Workers? workers = Workers.Start(plan.Workers, &pass);
        return Run(&pass, workers);
    }

    private readonly int SweptGroups => _sweptBlocks * _chunk.Groups;

    private readonly int Panels => Engine.Panels.Count(WeightProduct<TSimd, TVector, T>.Vectors(_chunk));

    private readonly bool WantsNorms => _layer.Outputs.GradientNorms != null;

    private readonly bool KeepsLogits => _plan.StoresAll && (WantsNorms || _layer.WantsGradient);

    private static CrossEntropyResult Run(LayerPass<TSimd, TVector, T>* pass, Workers? workers)
    {
        LossSums sums = default;
        pass->_result = pass->_layer.Accumulates ? TileResult.Adds : TileResult.Overwrites;
        int row = 0;
        while (row < pass->_layer.Batch.Rows)
        {
            row = pass->TakeRows(row);
            if (pass->_chunk.Rows > 0)
            {
                RunChunk(pass, workers, ref sums);
                pass->_result = TileResult.Adds;
            }
        }

        return sums.Over(pass->_layer.Terms);
    }

    private static void RunChunk(LayerPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        Workers.Run(workers, pass, pass->_chunk.Groups, &PackColumns);
        pass->_firstBlock = 0;
        pass->_sweptBlocks = pass->_chunk.Blocks;
        Workers.Run(workers, pass, pass->SweptGroups, &Forward);
        Workers.Run(workers, pass, pass->_chunk.Strips, &Merge);
        pass->Report(ref sums);
        if (pass->WantsNorms)
        {
            Sweep(pass, workers, &AddNorms);
            pass->ReportNorms();
        }

        if (pass->_layer.WantsGradient)
        {
            Workers.Run(workers, pass, pass->_layer.WeightGradient == null ? 0 : pass->Panels, &PackRows);
            Sweep(pass, workers, &AddGradients);
            Workers.Run(workers, pass, pass->_layer.HiddenGradient == null ? 0 : pass->Panels, &UnpackHidden);
        }
    }

    private static void Sweep(
        LayerPass<TSimd, TVector, T>* pass, Workers? workers, delegate*<LayerPass<TSimd, TVector, T>*, Workers?, void> body)
    {
        for (int block = 0; block < pass->_chunk.Blocks; block += pass->_plan.BlocksPerSweep)
        {
            pass->_firstBlock = block;
            pass->_sweptBlocks = Math.Min(pass->_plan.BlocksPerSweep, pass->_chunk.Blocks - block);
            if (!pass->_plan.StoresAll)
            {
                pass->_chunk.FirstStoredBlock = block;
                Workers.Run(workers, pass, pass->SweptGroups, &ForwardAgain);
            }

            body(pass, workers);
        }
    }

    private static void AddNorms(LayerPass<TSimd, TVector, T>* pass, Workers? workers) =>
        Workers.Run(workers, pass, pass->_chunk.Strips, &SquareResiduals);

    private static void AddGradients(LayerPass<TSimd, TVector, T>* pass, Workers? workers)
    {
        Workers.Run(workers, pass, pass->SweptGroups, &Backward);
        if (pass->_layer.HiddenGradient != null)
        {
            Workers.Run(workers, pass, pass->HiddenItems, &MultiplyHidden);
        }

        if (pass->_layer.WeightGradient != null)
        {
            Workers.Run(workers, pass, pass->_sweptBlocks * pass->Panels, &MultiplyWeights);
        }

        if (pass->_layer.BiasGradient != null)
        {
            Workers.Run(workers, pass, pass->_sweptBlocks, &SumBias);
        }
    }

    /// <summary>Fills the chunk with the next rows that count and settles those that do not; returns the row after.</summary>
    private int TakeRows(int row)
    {
        int taken = 0;
        BatchMemory<T> batch = _layer.Batch;
        for (; row < batch.Rows && taken < _plan.Shape.Rows; row++)
        {
            if (_layer.Counts(row))
            {
                int target = batch.HasSoftTargets ? -1 : batch.Targets[row];
                _chunk.RowStates[taken++] = new() { Source = row, Target = target, Weight = batch.RowWeight(row) };
            }
            else
            {
                _layer.Ignore(row);
            }
        }

        _chunk.Rows = taken;
        _chunk.FirstStoredBlock = 0;
        return row;
    }

    private readonly void Report(ref LossSums sums)
    {
        foreach (ref readonly RowState row in new ReadOnlySpan<RowState>(_chunk.RowStates, _chunk.Rows))
        {
            sums.AddRow(new(row.Weight, row.CrossEntropy, row.LogSumExp, row.Prediction == row.Target));
            _layer.Outputs.Count(row.Source, _layer.Terms.Loss(row.CrossEntropy, row.LogSumExp), row.LogSumExp, row.Prediction);
        }
    }

    private readonly void ReportNorms()
    {
        foreach (ref readonly RowState row in new ReadOnlySpan<RowState>(_chunk.RowStates, _chunk.Rows))
        {
            _layer.Outputs.CountNorm(row.Source, Math.Sqrt(row.NormSquares) * _layer.ParameterNorm(row.Source));
        }
    }

    private readonly WorkerScratch<T> ScratchOf(int worker) => new(_scratch, _plan.Shape, worker);

    private readonly (int Block, int Group) SweptItem(int item) => (_firstBlock + (item / _chunk.Groups), item % _chunk.Groups);

    /// <summary>How many panels of features one item of <see cref="MultiplyHidden"/> takes: it reads the residuals once for all of them.</summary>
    private readonly int HiddenItems => Math.Min(Panels, _plan.Workers == 1 ? 1 : 4 * _plan.Workers);

    private static void PackColumns(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        LogitsProduct<TSimd, TVector, T>.PackColumns(pass->_layer, pass->_chunk, item);
    }

    private static void PackRows(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        WeightProduct<TSimd, TVector, T>.PackRows(pass->_layer, pass->_chunk, item);
    }

    private static void Forward(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        (int block, int group) = pass->SweptItem(item);
        T* logits = pass->KeepsLogits ? pass->GroupOf(block, group) : pass->ScratchOf(worker).Panel;
        LogitsProduct<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, group, logits, pass->ScratchOf(worker));
        for (int strip = pass->FirstStrip(group); strip < pass->FirstStrip(group + 1); strip++)
        {
            SoftmaxTile<TSimd, TVector, T>.Forward(
                pass->_layer, pass->_chunk, block, strip, logits, new(pass->_chunk, block, strip), pass->ScratchOf(worker));
            logits += pass->_chunk.StripStride(block);
        }
    }

    private static void ForwardAgain(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        (int block, int group) = pass->SweptItem(item);
        T* logits = pass->GroupOf(block, group);
        WorkerScratch<T> scratch = pass->ScratchOf(worker);
        LogitsProduct<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, group, logits, scratch);
        for (int strip = pass->FirstStrip(group); strip < pass->FirstStrip(group + 1); strip++)
        {
            SoftmaxTile<TSimd, TVector, T>.Forward(pass->_layer, pass->_chunk, block, strip, logits, new(scratch.Panel), scratch);
            logits += pass->_chunk.StripStride(block);
        }
    }

    private static void Merge(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        RowMerge.Merge(pass->_layer, pass->_chunk, item);
    }

    private static void SquareResiduals(void* state, int strip, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        T* room = stackalloc T[StripFactors<T>.Elements];
        StripFactors<T> factors = new(room, pass->_chunk, strip, &Unreduced);
        WorkerScratch<T> scratch = pass->ScratchOf(worker);
        for (int block = pass->_firstBlock; block < pass->_firstBlock + pass->_sweptBlocks; block++)
        {
            T* logits = pass->_chunk.Block(block) + (strip * pass->_chunk.StripStride(block));
            SoftmaxTile<TSimd, TVector, T>.Backward(pass->_layer, pass->_chunk, block, strip, logits, factors, scratch.Panel, scratch);
            SoftmaxTile<TSimd, TVector, T>.AddSquares(pass->_chunk, block, strip, scratch.Panel);
        }
    }

    private static void Backward(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        (int block, int group) = pass->SweptItem(item);
        T* room = stackalloc T[StripFactors<T>.Elements];
        T* logits = pass->GroupOf(block, group);
        for (int strip = pass->FirstStrip(group); strip < pass->FirstStrip(group + 1); strip++)
        {
            StripFactors<T> factors = new(room, pass->_chunk, strip, &Reduced);
            SoftmaxTile<TSimd, TVector, T>.Backward(
                pass->_layer, pass->_chunk, block, strip, logits, factors, logits, pass->ScratchOf(worker));
            logits += pass->_chunk.StripStride(block);
        }
    }

    private static void MultiplyHidden(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        int first = (int)((long)item * pass->Panels / pass->HiddenItems);
        int end = (int)((long)(item + 1) * pass->Panels / pass->HiddenItems);
        for (int block = pass->_firstBlock; block < pass->_firstBlock + pass->_sweptBlocks; block++)
        {
            for (int panel = first; panel < end; panel++)
            {
                HiddenProduct<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, panel, pass->ScratchOf(worker));
            }
        }
    }

    private static void MultiplyWeights(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        int block = pass->_firstBlock + (item / pass->Panels);
        WeightProduct<TSimd, TVector, T>.Multiply(
            pass->_layer, pass->_chunk, block, item % pass->Panels, pass->_result, pass->ScratchOf(worker));
    }

    private static void SumBias(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        WeightProduct<TSimd, TVector, T>.SumRows(
            pass->_layer, pass->_chunk, pass->_firstBlock + item, pass->_result, pass->ScratchOf(worker));
    }

    private static void UnpackHidden(void* state, int item, int worker)
    {
        LayerPass<TSimd, TVector, T>* pass = (LayerPass<TSimd, TVector, T>*)state;
        HiddenProduct<TSimd, TVector, T>.Unpack(pass->_layer, pass->_chunk, item);
    }

    private readonly int FirstStrip(int group) => Math.Min(group * Chunk<T>.GroupStrips, _chunk.Strips);

    private readonly T* GroupOf(int block, int group) => _chunk.Block(block) + (FirstStrip(group) * _chunk.StripStride(block));

    private static RowFactors Reduced(in RowState row) => row.Factors;

    private static RowFactors Unreduced(in RowState row) => row.Unreduced;
}
