using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>Some blocks of classes for the rows of a chunk: what every phase of the pass over them does with one of its items.</summary>
/// <remarks>
/// An item owns what it writes, and what it computes does not depend on who else works. Bodies of phases are static and take the sweep, the
/// number of the item and the worker.
/// </remarks>
internal readonly unsafe struct LayerSweep<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What reading a panel's weights once more is worth: the rows of so many strips.</summary>
    private const int FewestHiddenStrips = 8;

    private readonly LayerPass<TSimd, TVector, T>* _pass;
    private readonly Chunk<T> _chunk;
    private readonly int _firstBlock;

    /// <summary>The first block whose logits are in the workspace.</summary>
    private readonly int _firstStored;

    /// <summary>So many blocks from one on.</summary>
    /// <param name="pass">Lives as long as the sweep.</param>
    /// <param name="chunk">The rows.</param>
    /// <param name="firstBlock">The first block of classes.</param>
    /// <param name="blocks">How many of them.</param>
    public LayerSweep(LayerPass<TSimd, TVector, T>* pass, in Chunk<T> chunk, int firstBlock, int blocks)
    {
        _pass = pass;
        _chunk = chunk;
        _firstBlock = firstBlock;
        _firstStored = pass->StoresLogits ? 0 : firstBlock;
        Blocks = blocks;
        Target = pass->TargetFrom(firstBlock);
    }

    public int Blocks { get; }

    public GradientTarget<T> Target { get; }

    /// <summary>Whether the gradients of weights and biases are added to.</summary>
    public TileResult Result { get; init; }

    public int Groups => Blocks * _chunk.Groups;

    public int Slices => Blocks * SlicesPerBlock;

    /// <summary>The items of dL/dH and dL/dW, which have nothing to do with each other and so are one phase.</summary>
    public int Products => HiddenItems + (Target.WantsWeights ? Slices : 0);

    public int Strips => _chunk.Strips;

    /// <summary>The items of dL/dH, none where it is not wanted.</summary>
    private int HiddenItems => Layer.HiddenGradient == null ? 0 : HiddenPanels * HiddenRows;

    /// <summary>
    /// Into how many parts dL/dH's panels of features go. Each reads all residuals of the sweep, so they are few: two per worker. It is the
    /// slices of dL/dW after them that make an even end.
    /// </summary>
    private int HiddenPanels => Math.Min(Panels, WantedHiddenItems);

    /// <summary>
    /// Into how many parts its rows go, where the panels are not enough. Each reads the panels' weights for itself, so that it has at
    /// least as many rows as that is worth.
    /// </summary>
    private int HiddenRows => Math.Clamp(Math.Min(WantedHiddenItems / HiddenPanels, _chunk.Strips / FewestHiddenStrips), 1, _chunk.Strips);

    private int WantedHiddenItems => _pass->Plan.Workers == 1 ? 1 : 2 * _pass->Plan.Workers;

    private int Panels => FeaturePanel<TSimd, TVector, T>.CountOf(_chunk.Features);

    private int SlicesPerBlock => Blocking.Divide(
        Math.Min(Blocking.BlockClasses, _chunk.Classes), WeightGradientProduct<TSimd, TVector, T>.SliceClasses);

    private ref readonly LayerArguments<T> Layer => ref _pass->Layer;

    public static void PackColumns(LayerSweep<TSimd, TVector, T>* sweep, int group, int worker) =>
        HiddenPacking<TSimd, TVector, T>.PackColumns(sweep->Layer, sweep->_chunk, group);

    public static void FindTargetLogits(LayerSweep<TSimd, TVector, T>* sweep, int strip, int worker) =>
        TargetLogits<TSimd, TVector, T>.Find(sweep->Layer, sweep->_chunk.BlocksOf(strip), sweep->_pass->ScratchOf(worker));

    public static void CompleteProbabilities(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker) =>
        RowProbabilities<TSimd, TVector, T>.Complete(sweep->Layer, sweep->_chunk.RowStates, item);

    /// <summary>Logits, and of them exponentials and statistics; stored where the gradient will want them.</summary>
    public static void Forward(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        (Block<T> block, int group) = sweep->BlockAndGroup(item);
        WorkerScratch<T> scratch = sweep->_pass->ScratchOf(worker);
        T* logits = sweep->_pass->KeepsLogits ? block.LinesOf(sweep->_chunk.FirstStrip(group)) : scratch.GroupLogits;
        LogitsProduct<TSimd, TVector, T>.Multiply(sweep->Layer, sweep->_chunk, block, group, logits, scratch);
        sweep->FindBlockSoftmax(block, group, logits, scratch);
    }

    /// <summary>The same again for the gradient, once the rows' softmax is known.</summary>
    public static void ForwardAgain(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        (Block<T> block, int group) = sweep->BlockAndGroup(item);
        WorkerScratch<T> scratch = sweep->_pass->ScratchOf(worker);
        T* logits = block.LinesOf(sweep->_chunk.FirstStrip(group));
        LogitsProduct<TSimd, TVector, T>.Multiply(sweep->Layer, sweep->_chunk, block, group, logits, scratch);
        sweep->FindBlockSoftmax(block, group, logits, scratch);
        for (int strip = sweep->_chunk.FirstStrip(group); strip < sweep->_chunk.FirstStrip(group + 1); strip++)
        {
            RowMerge.RescaleToRowMaximum(block.Strip(strip));
        }
    }

    public static void Merge(LayerSweep<TSimd, TVector, T>* sweep, int strip, int worker) =>
        RowMerge.Merge(sweep->Layer, sweep->_chunk.BlocksOf(strip));

    public static void SquareResiduals(LayerSweep<TSimd, TVector, T>* sweep, int strip, int worker)
    {
        for (int block = 0; block < sweep->Blocks; block++)
        {
            StripResiduals<TSimd, TVector, T>.AddSquares(
                sweep->Layer, sweep->BlockAt(block).Strip(strip), sweep->_pass->ScratchOf(worker).Strip);
        }
    }

    public static void PackRows(LayerSweep<TSimd, TVector, T>* sweep, int panel, int worker) =>
        HiddenPacking<TSimd, TVector, T>.PackRows(sweep->Layer, sweep->_chunk, sweep->PanelAt(panel));

    public static void Backward(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        (Block<T> block, int group) = sweep->BlockAndGroup(item);
        for (int strip = sweep->_chunk.FirstStrip(group); strip < sweep->_chunk.FirstStrip(group + 1); strip++)
        {
            StripResiduals<TSimd, TVector, T>.Compute(sweep->Layer, block.Strip(strip), sweep->_pass->ScratchOf(worker).Strip);
        }
    }

    public static void AddMasses(LayerSweep<TSimd, TVector, T>* sweep, int strip, int worker) =>
        ChunkRows.AddMasses(sweep->_chunk.BlocksOf(strip), sweep->_firstBlock, sweep->_firstBlock + sweep->Blocks);

    /// <summary>An item of dL/dH, or one of dL/dW, which are as many as there are slices.</summary>
    public static void Multiply(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        WorkerScratch<T> scratch = sweep->_pass->ScratchOf(worker);
        if (item < sweep->HiddenItems)
        {
            sweep->MultiplyHidden(item, scratch);
        }
        else
        {
            (Block<T> block, int slice) = sweep->BlockAndSlice(item - sweep->HiddenItems);
            WeightGradientProduct<TSimd, TVector, T>.Multiply(
                sweep->Layer, sweep->_chunk, block, slice, sweep->Target, sweep->Result, scratch);
        }
    }

    public static void SumBias(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        Block<T> block = sweep->BlockAt(item);
        BiasGradientSum<TSimd, TVector, T>.Add(
            sweep->Layer, block, sweep->Target.Bias(block.FirstClass), sweep->Result, sweep->_pass->ScratchOf(worker));
    }

    /// <summary>The optimizer's part. Nobody reads the sweep's weights again.</summary>
    public static void UpdateWeights(LayerSweep<TSimd, TVector, T>* sweep, int item, int worker)
    {
        (Block<T> block, int slice) = sweep->BlockAndSlice(item);
        WeightUpdate<T> update = sweep->Layer.Update;
        int first = slice * WeightGradientProduct<TSimd, TVector, T>.SliceClasses;
        int end = Math.Min(first + WeightGradientProduct<TSimd, TVector, T>.SliceClasses, block.Classes);
        if (sweep->Layer.WeightThreshold > 0)
        {
            // what a filter left out entirely is not moved
            for (int c = first; c < end; c += Blocking.TileHeight)
            {
                if (!block.Mask.IsStarted(block.Index, c))
                {
                    update.Apply(update.State, sweep->Layer, block.FirstClass + first, c - first, sweep->Target);
                    first = c + Blocking.TileHeight;
                }
            }
        }

        update.Apply(update.State, sweep->Layer, block.FirstClass + first, end - first, sweep->Target);
    }

    public static void PackHiddenGradient(LayerSweep<TSimd, TVector, T>* sweep, int panel, int worker) =>
        HiddenPacking<TSimd, TVector, T>.PackGradient(sweep->Layer, sweep->_chunk, sweep->PanelAt(panel));

    public static void UnpackHiddenGradient(LayerSweep<TSimd, TVector, T>* sweep, int panel, int worker) =>
        HiddenPacking<TSimd, TVector, T>.UnpackGradient(sweep->Layer, sweep->_chunk, sweep->PanelAt(panel));

    /// <summary>From a group's logits to exponentials and the block's statistics.</summary>
    private void FindBlockSoftmax(in Block<T> block, int group, T* logits, WorkerScratch<T> scratch)
    {
        for (int strip = _chunk.FirstStrip(group); strip < _chunk.FirstStrip(group + 1); strip++)
        {
            StripSoftmax<TSimd, TVector, T>.Forward(Layer, block.Strip(strip, logits), scratch.Strip);
            logits += block.StripStride;
        }
    }

    private void MultiplyHidden(int item, WorkerScratch<T> scratch)
    {
        (int First, int End) panels = PartOf(Panels, item % HiddenPanels, HiddenPanels);
        (int First, int End) strips = PartOf(_chunk.Strips, item / HiddenPanels, HiddenRows);
        for (int i = 0; i < Blocks; i++)
        {
            for (int panel = panels.First; panel < panels.End; panel++)
            {
                (int nextBlock, int nextPanel) = panel + 1 < panels.End ? (i, panel + 1) : (i + 1, panels.First);
                HiddenGradientProduct<TSimd, TVector, T>.Multiply(
                    Layer,
                    _chunk,
                    BlockAt(i),
                    strips,
                    PanelAt(panel),
                    nextBlock < Blocks ? (BlockAt(nextBlock), PanelAt(nextPanel)) : null,
                    scratch);
            }
        }
    }

    /// <summary>One of some even parts of a number of things.</summary>
    private static (int First, int End) PartOf(int count, int part, int parts) =>
        ((int)((long)part * count / parts), (int)((long)(part + 1) * count / parts));

    private Block<T> BlockAt(int index) => _chunk.Block(_firstBlock + index, _firstStored);

    private (Block<T> Block, int Group) BlockAndGroup(int item) => (BlockAt(item / _chunk.Groups), item % _chunk.Groups);

    private (Block<T> Block, int Slice) BlockAndSlice(int item) => (BlockAt(item / SlicesPerBlock), item % SlicesPerBlock);

    private FeaturePanel<TSimd, TVector, T> PanelAt(int panel) => new(_chunk.Features, panel);
}
