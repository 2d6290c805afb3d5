using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Layer;

/// <summary>
/// The layer's loss and gradients in one go over chunks of rows: logits block by block of classes, softmax, merge, residuals, products.
/// </summary>
/// <remarks>
/// <code>
/// for each chunk of rows that count:
///     for each block of classes x group of strips:  logits, then exponentials and the block's maxima and sums     LogitsProduct, StripSoftmax
///     for each strip:                               the blocks' numbers become the rows' losses and factors       RowMerge
///     for each sweep over some blocks:
///         for each block x group:                   residuals in place of the exponentials                        StripResiduals
///         for each panel of features:               dL/dH plus these blocks                                       HiddenGradientProduct
///         for each slice of classes:                dL/dW of them                                                 WeightGradientProduct
///         for each slice of classes:                the optimizer, where there is one                             WeightUpdate
/// </code>
/// Every loop body is an item of a phase for the <see cref="Workers"/>: it owns what it writes, and what it computes does not depend on who
/// else works. Where the plan does not store all logits, each sweep makes its own again. Where weights are updated and there are several chunks,
/// all chunks' softmax comes first, and then every sweep goes over all chunks: no row may see a weight that another one has moved.
/// </remarks>
internal unsafe struct LayerPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LayerArguments<T> _layer;
    private LayerPlan<T> _plan;
    private LayerWorkspace<T> _arrays;
    private Chunk<T> _chunk;
    private TileResult _result;
    private double _filteredMass;

    // the blocks of the current sweep
    private int _firstBlock;
    private int _sweptBlocks;

    public static CrossEntropyResult Run(in LayerArguments<T> layer, in LayerPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        LayerPass<TSimd, TVector, T> pass = new() { _layer = layer, _plan = plan };
        plan.Layout(workspace.Start, out pass._arrays);
        pass._chunk = pass._arrays.Chunk;
        using Workers? workers = Workers.Start(plan.Workers, &pass);
        LossSums sums = default;
        if (plan.SeesAllRowsFirst)
        {
            RunSweepBySweep(&pass, workers, ref sums);
        }
        else
        {
            RunChunkByChunk(&pass, workers, ref sums);
        }

        return sums.Over(layer.Terms) with { FilteredMass = pass._filteredMass };
    }

    private readonly int SweptGroups => _sweptBlocks * _chunk.Groups;

    private readonly int Panels => FeaturePanel<TSimd, TVector, T>.CountOf(_chunk.Features);

    /// <summary>The panels of hidden vectors that dL/dW takes, none where it is not wanted.</summary>
    private readonly int WeightPanels => _layer.WeightGradient == null && !_plan.Updates ? 0 : Panels;

    /// <summary>The panels of dL/dH, none where it is not wanted.</summary>
    private readonly int HiddenPanels => _layer.HiddenGradient == null ? 0 : Panels;

    /// <summary>How many panels of features one item of <see cref="MultiplyHidden"/> takes: it reads the residuals once for all of them.</summary>
    private readonly int HiddenItems => Math.Min(Panels, _plan.Workers == 1 ? 1 : 4 * _plan.Workers);

    private readonly int SlicesPerBlock => Blocking.Divide(Math.Min(Blocking.BlockClasses, _chunk.Classes), WeightGradientProduct<TSimd, TVector, T>.SliceClasses);

    private readonly bool StoresLogits => _plan.StoresAll && _layer.MergedStates == null && !_plan.SeesAllRowsFirst;

    private readonly bool KeepsLogits => StoresLogits && (_layer.WantsNorms || _layer.WantsGradient);

    private readonly WorkerScratch<T> ScratchOf(int worker) => new(_arrays.Scratch, _plan.Shape, worker);

    private readonly (int Block, int Group) SweptItem(int item) => (_firstBlock + (item / _chunk.Groups), item % _chunk.Groups);

    private readonly (int Block, int Slice) SlicedItem(int item) => (_firstBlock + (item / SlicesPerBlock), item % SlicesPerBlock);

    private readonly int FirstStrip(int group) => Math.Min(group * Blocking.GroupStrips, _chunk.Strips);

    private readonly FeaturePanel<TSimd, TVector, T> PanelOf(int panel) => new(_chunk.Features, panel);

    private readonly T* GroupOf(int block, int group) => _chunk.Block(block) + (FirstStrip(group) * _chunk.StripStride(block));

    private static void RunChunkByChunk(LayerPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        pass->_result = pass->_layer.Accumulates ? TileResult.Adds : TileResult.Overwrites;
        for (int row = 0; row < pass->_layer.Batch.Rows;)
        {
            row = ChunkRows.Take(pass->_layer, ref pass->_chunk, row, pass->_plan.Shape.Rows);
            if (pass->_chunk.Rows > 0)
            {
                FindSoftmax(pass, workers, ref sums);
                if (pass->_layer.WantsGradient)
                {
                    Workers.Run(workers, pass, pass->WeightPanels, &PackRows);
                    for (int block = 0; block < pass->_chunk.Blocks; block += pass->_plan.BlocksPerSweep)
                    {
                        pass->StartSweep(block);
                        AddGradients(pass, workers);
                        Update(pass, workers);
                    }

                    Workers.Run(workers, pass, pass->HiddenPanels, &UnpackHidden);
                    pass->_filteredMass = Math.Max(pass->_filteredMass, ChunkRows.LargestMass(pass->_chunk));
                }

                pass->_result = TileResult.Adds;
            }
        }
    }

    private static void RunSweepBySweep(LayerPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        int row = 0;
        for (int chunk = 0; chunk < pass->_plan.Chunks; chunk++)
        {
            pass->SelectChunk(chunk);
            row = ChunkRows.TakeCounted(pass->_layer, ref pass->_chunk, row, pass->_chunk.Rows);
            FindSoftmax(pass, workers, ref sums);
        }

        ChunkRows.IgnoreRest(pass->_layer, row);
        for (int block = 0; block < pass->_chunk.Blocks; block += pass->_plan.BlocksPerSweep)
        {
            pass->StartSweep(block);
            for (int chunk = 0; chunk < pass->_plan.Chunks; chunk++)
            {
                pass->SelectChunk(chunk);
                pass->_result = chunk == 0 ? TileResult.Overwrites : TileResult.Adds;
                Workers.Run(workers, pass, pass->_chunk.Groups, &PackColumns);
                Workers.Run(workers, pass, pass->WeightPanels, &PackRows);
                Workers.Run(workers, pass, block == 0 ? 0 : pass->HiddenPanels, &PackHidden);
                AddGradients(pass, workers);
                Workers.Run(workers, pass, pass->HiddenPanels, &UnpackHidden);
            }

            Update(pass, workers);
        }

        for (int chunk = 0; chunk < pass->_plan.Chunks; chunk++)
        {
            pass->SelectChunk(chunk);
            pass->_filteredMass = Math.Max(pass->_filteredMass, ChunkRows.LargestMass(pass->_chunk));
        }
    }

    /// <summary>The rows' losses, norms and factors, and their logits where those are kept.</summary>
    private static void FindSoftmax(LayerPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        Workers.Run(workers, pass, pass->_chunk.Groups, &PackColumns);
        if (pass->_layer.MergedStates != null)
        {
            ChunkRows.CompleteFromShards(pass->_layer, pass->_chunk);
        }
        else
        {
            pass->_chunk.FirstStoredBlock = 0;
            pass->_firstBlock = 0;
            pass->_sweptBlocks = pass->_chunk.Blocks;
            Workers.Run(workers, pass, pass->SweptGroups, &Forward);
            Workers.Run(workers, pass, pass->_chunk.Strips, &Merge);
        }

        ChunkRows.Report(pass->_layer, pass->_chunk, ref sums);
        if (pass->_layer.WantsNorms)
        {
            for (int block = 0; block < pass->_chunk.Blocks; block += pass->_plan.BlocksPerSweep)
            {
                pass->StartSweep(block);
                EnsureLogits(pass, workers);
                Workers.Run(workers, pass, pass->_chunk.Strips, &SquareResiduals);
            }

            ChunkRows.ComputeClipping(pass->_layer, pass->_chunk);
        }
    }

    /// <summary>What a chunk's rows add to the gradients of the swept blocks.</summary>
    private static void AddGradients(LayerPass<TSimd, TVector, T>* pass, Workers? workers)
    {
        EnsureLogits(pass, workers);
        Workers.Run(workers, pass, pass->SweptGroups, &Backward);
        Workers.Run(workers, pass, pass->_layer.Filters ? pass->_chunk.Strips : 0, &AddMasses);
        Workers.Run(workers, pass, pass->_layer.HiddenGradient == null ? 0 : pass->HiddenItems, &MultiplyHidden);
        Workers.Run(workers, pass, pass->_layer.WeightGradient == null ? 0 : pass->_sweptBlocks * pass->SlicesPerBlock, &MultiplyWeights);
        Workers.Run(workers, pass, pass->_layer.BiasGradient == null ? 0 : pass->_sweptBlocks, &SumBias);
    }

    /// <summary>Moves the swept blocks' weights, which nobody reads again.</summary>
    private static void Update(LayerPass<TSimd, TVector, T>* pass, Workers? workers) =>
        Workers.Run(workers, pass, pass->_plan.Updates ? pass->_sweptBlocks * pass->SlicesPerBlock : 0, &UpdateWeights);

    /// <summary>Makes the swept blocks' logits again where they are not stored.</summary>
    private static void EnsureLogits(LayerPass<TSimd, TVector, T>* pass, Workers? workers)
    {
        if (!pass->StoresLogits)
        {
            pass->_chunk.FirstStoredBlock = pass->_firstBlock;
            Workers.Run(workers, pass, pass->SweptGroups, &ForwardAgain);
        }
    }

    private void SelectChunk(int chunk)
    {
        int rows = _plan.Shape.Rows;
        _chunk.RowStates = _arrays.Chunk.RowStates + ((nint)chunk * _plan.Shape.PaddedRows);
        _chunk.Rows = Math.Min(rows, _layer.Terms.Rows - (chunk * rows));
    }

    private void StartSweep(int block)
    {
        _firstBlock = block;
        _sweptBlocks = Math.Min(_plan.BlocksPerSweep, _chunk.Blocks - block);
        if (_plan.Updates)
        {
            // as though the whole gradient were there, of which this is a part
            nint firstClass = (nint)block * Blocking.BlockClasses;
            _layer.WeightGradient = _arrays.WeightGradient - (firstClass * _layer.Features);
            _layer.BiasGradient = _layer.Bias == null ? null : _arrays.BiasGradient - firstClass;
            if (_layer.Filters)
            {
                _chunk.FilterMask.ForgetStarted();
            }
        }
    }

    private static void PackColumns(LayerPass<TSimd, TVector, T>* pass, int item, int worker) =>
        LogitsProduct<TSimd, TVector, T>.PackColumns(pass->_layer, pass->_chunk, item);

    private static void PackRows(LayerPass<TSimd, TVector, T>* pass, int item, int worker) =>
        WeightGradientProduct<TSimd, TVector, T>.PackRows(pass->_layer, pass->_chunk, pass->PanelOf(item));

    private static void Forward(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        (int block, int group) = pass->SweptItem(item);
        pass->Forward(block, group, pass->KeepsLogits ? pass->GroupOf(block, group) : pass->ScratchOf(worker).Panel, worker);
    }

    private static void ForwardAgain(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        (int block, int group) = pass->SweptItem(item);
        pass->Forward(block, group, pass->GroupOf(block, group), worker);
        for (int strip = pass->FirstStrip(group); strip < pass->FirstStrip(group + 1); strip++)
        {
            RowMerge.RescaleToRowMaximum(pass->_chunk, block, strip);
        }
    }

    private readonly void Forward(int block, int group, T* logits, int worker)
    {
        LogitsProduct<TSimd, TVector, T>.Multiply(_layer, _chunk, block, group, logits, ScratchOf(worker));
        for (int strip = FirstStrip(group); strip < FirstStrip(group + 1); strip++)
        {
            StripSoftmax<TSimd, TVector, T>.Forward(_layer, _chunk, block, strip, logits, ScratchOf(worker));
            logits += _chunk.StripStride(block);
        }
    }

    private static void Merge(LayerPass<TSimd, TVector, T>* pass, int item, int worker) =>
        RowMerge.Merge(pass->_layer, pass->_chunk, item);

    private static void SquareResiduals(LayerPass<TSimd, TVector, T>* pass, int strip, int worker)
    {
        for (int block = pass->_firstBlock; block < pass->_firstBlock + pass->_sweptBlocks; block++)
        {
            StripResiduals<TSimd, TVector, T>.AddSquares(pass->_layer, pass->_chunk, block, strip, pass->ScratchOf(worker));
        }
    }

    private static void Backward(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        (int block, int group) = pass->SweptItem(item);
        for (int strip = pass->FirstStrip(group); strip < pass->FirstStrip(group + 1); strip++)
        {
            StripResiduals<TSimd, TVector, T>.Residuals(pass->_layer, pass->_chunk, block, strip, pass->ScratchOf(worker));
        }
    }

    private static void AddMasses(LayerPass<TSimd, TVector, T>* pass, int strip, int worker) =>
        ChunkRows.AddMasses(pass->_chunk, strip, pass->_firstBlock, pass->_firstBlock + pass->_sweptBlocks);

    private static void MultiplyHidden(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        int first = (int)((long)item * pass->Panels / pass->HiddenItems);
        int end = (int)((long)(item + 1) * pass->Panels / pass->HiddenItems);
        for (int block = pass->_firstBlock; block < pass->_firstBlock + pass->_sweptBlocks; block++)
        {
            for (int panel = first; panel < end; panel++)
            {
                HiddenGradientProduct<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, pass->PanelOf(panel), pass->ScratchOf(worker));
            }
        }
    }

    private static void MultiplyWeights(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        (int block, int slice) = pass->SlicedItem(item);
        WeightGradientProduct<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, slice, pass->_result, pass->ScratchOf(worker));
    }

    private static void SumBias(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        int block = pass->_firstBlock + item;
        T* gradient = pass->_layer.BiasGradient + ((nint)block * Blocking.BlockClasses);
        WeightGradientProduct<TSimd, TVector, T>.SumRows(pass->_layer, pass->_chunk, block, gradient, pass->_result, pass->ScratchOf(worker));
    }

    private static void UpdateWeights(LayerPass<TSimd, TVector, T>* pass, int item, int worker)
    {
        (int block, int slice) = pass->SlicedItem(item);
        WeightGradientProduct<TSimd, TVector, T>.Update(pass->_layer, pass->_chunk, block, slice);
    }

    private static void PackHidden(LayerPass<TSimd, TVector, T>* pass, int item, int worker) =>
        HiddenGradientProduct<TSimd, TVector, T>.Pack(pass->_layer, pass->_chunk, pass->PanelOf(item));

    private static void UnpackHidden(LayerPass<TSimd, TVector, T>* pass, int item, int worker) =>
        HiddenGradientProduct<TSimd, TVector, T>.Unpack(pass->_layer, pass->_chunk, pass->PanelOf(item));
}
