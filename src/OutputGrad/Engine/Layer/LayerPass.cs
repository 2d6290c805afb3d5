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
///     for each block of classes x group of strips:  logits                                                    LogitsProduct
///                                                   exponentials, and the block's maxima and sums             StripSoftmax
///     for each strip:                               the blocks' numbers become the rows' losses and factors   RowMerge
///     for each sweep over some blocks:
///         for each block x group:                   residuals in place of the exponentials                    StripResiduals
///         for each panel of features:               dL/dH plus these blocks                                   HiddenGradientProduct
///         for each slice of classes:                dL/dW of them                                             WeightGradientProduct
///         for each block:                           dL/db of them                                             BiasGradientSum
///         for each slice of classes:                the optimizer, where there is one                         IWeightUpdate
/// </code>
/// Every loop body is an item of a phase: <see cref="LayerSweep{TSimd, TVector, T}"/> has them all, and here is their order. Where the plan
/// does not store all logits, each sweep makes its own again. Where weights are updated and there are several chunks, all chunks' softmax
/// comes first, and then every sweep goes over all chunks: no row may see a weight that another one has moved.
/// </remarks>
internal readonly unsafe struct LayerPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly LayerArguments<T> Layer;
    public readonly LayerPlan<T> Plan;
    private readonly LayerWorkspace<T> _workspace;
    private readonly int _sweptBlocks;   // asked for once: the plan divides for it, which small calls feel

    private LayerPass(in LayerArguments<T> layer, in LayerPlan<T> plan, byte* start)
    {
        Layer = layer;
        Plan = plan;
        _sweptBlocks = plan.BlocksPerSweep;
        plan.Layout(start, out _workspace);
    }

    public bool StoresLogits => Plan.StoresAll && !Layer.IsMerged && !Plan.SeesAllRowsFirst;

    public bool KeepsLogits => StoresLogits && Layer.WantsResiduals;

    /// <summary>The panels of hidden vectors that dL/dW takes, none where it is not wanted.</summary>
    private int WeightPanels =>
        Layer.WeightGradient == null && !Layer.Update.IsWanted ? 0 : FeaturePanel<TSimd, TVector, T>.CountOf(Layer.Features);

    /// <summary>The panels of dL/dH, none where it is not wanted.</summary>
    private int HiddenPanels => Layer.HiddenGradient == null ? 0 : FeaturePanel<TSimd, TVector, T>.CountOf(Layer.Features);

    public static CrossEntropyResult Run(in LayerArguments<T> layer, in LayerPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        using Phases phases = new(plan.Workers);
        LayerPass<TSimd, TVector, T> pass = new(layer, plan, workspace.Start);
        LossSums sums = default;
        double mass = plan.SeesAllRowsFirst ? RunSweepBySweep(&pass, phases, ref sums) : RunChunkByChunk(&pass, phases, ref sums);
        return sums.Over(layer.Terms) with { FilteredMass = mass };
    }

    public WorkerScratch<T> ScratchOf(int worker) => new(_workspace.Scratch, Plan.Shape, worker);

    /// <summary>Where the gradients of a block and those after it go: the caller's, or that from which the optimizer takes them.</summary>
    public GradientTarget<T> TargetFrom(int block) => Layer.Update.IsWanted
        ? new(_workspace.WeightGradient, Layer.Bias == null ? null : _workspace.BiasGradient, block * Blocking.BlockClasses, Layer.Features)
        : new(Layer);

    /// <summary>Returns the largest mass that a filter left out of any row.</summary>
    private static double RunChunkByChunk(LayerPass<TSimd, TVector, T>* pass, Phases phases, ref LossSums sums)
    {
        Chunk<T> chunk = pass->_workspace.Chunk;
        TileResult result = pass->Layer.Accumulates ? TileResult.Adds : TileResult.Overwrites;
        double mass = 0;
        for (int row = 0; row < pass->Layer.Batch.Rows;)
        {
            row = ChunkRows.Take(pass->Layer, ref chunk, row, pass->Plan.Shape.Rows);
            if (chunk.Rows == 0)
            {
                continue;
            }

            chunk.IsInPlace = HiddenPacking<TSimd, TVector, T>.LeavesInPlace(pass->Layer, chunk);
            FindSoftmax(pass, phases, chunk, ref sums);
            if (pass->Layer.WantsGradient)
            {
                RunSweeps(pass, phases, chunk, result);
                mass = Math.Max(mass, pass->Layer.Filters ? ChunkRows.LargestMass(chunk) : 0);
            }

            result = TileResult.Adds;
        }

        return mass;
    }

    /// <summary>All gradients of a chunk, and the optimizer where it is the only one.</summary>
    private static void RunSweeps(LayerPass<TSimd, TVector, T>* pass, Phases phases, in Chunk<T> chunk, TileResult result)
    {
        LayerSweep<TSimd, TVector, T> all = new(pass, chunk, 0, chunk.Blocks);
        phases.Run(&all, pass->WeightPanels, &LayerSweep<TSimd, TVector, T>.PackRows);
        for (int block = 0; block < chunk.Blocks; block += pass->_sweptBlocks)
        {
            ForgetStarted(pass);
            LayerSweep<TSimd, TVector, T> sweep = SweepOf(pass, chunk, block, result);
            AddGradients(pass, phases, &sweep);
            Update(pass, phases, &sweep);
        }

        phases.Run(&all, pass->HiddenPanels, &LayerSweep<TSimd, TVector, T>.UnpackHiddenGradient);
    }

    private static double RunSweepBySweep(LayerPass<TSimd, TVector, T>* pass, Phases phases, ref LossSums sums)
    {
        int row = 0;
        for (int i = 0; i < pass->Plan.Chunks; i++)
        {
            Chunk<T> chunk = pass->ChunkAt(i);
            row = ChunkRows.TakeCounted(pass->Layer, ref chunk, row, chunk.Rows);
            FindSoftmax(pass, phases, chunk, ref sums);
        }

        ChunkRows.IgnoreRest(pass->Layer, row);
        for (int block = 0; block < pass->_workspace.Chunk.Blocks; block += pass->_sweptBlocks)
        {
            ForgetStarted(pass);
            LayerSweep<TSimd, TVector, T> sweep = default;
            for (int i = 0; i < pass->Plan.Chunks; i++)
            {
                sweep = SweepOf(pass, pass->ChunkAt(i), block, i == 0 ? TileResult.Overwrites : TileResult.Adds);
                phases.Run(&sweep, pass->ChunkAt(i).Groups, &LayerSweep<TSimd, TVector, T>.PackColumns);
                phases.Run(&sweep, pass->WeightPanels, &LayerSweep<TSimd, TVector, T>.PackRows);
                phases.Run(&sweep, block == 0 ? 0 : pass->HiddenPanels, &LayerSweep<TSimd, TVector, T>.PackHiddenGradient);
                AddGradients(pass, phases, &sweep);
                phases.Run(&sweep, pass->HiddenPanels, &LayerSweep<TSimd, TVector, T>.UnpackHiddenGradient);
            }

            Update(pass, phases, &sweep);
        }

        double mass = 0;
        for (int i = 0; i < pass->Plan.Chunks; i++)
        {
            mass = Math.Max(mass, ChunkRows.LargestMass(pass->ChunkAt(i)));
        }

        return mass;
    }

    /// <summary>The rows' losses, norms and factors, and their logits where those are kept.</summary>
    private static void FindSoftmax(LayerPass<TSimd, TVector, T>* pass, Phases phases, in Chunk<T> chunk, ref LossSums sums)
    {
        LayerSweep<TSimd, TVector, T> all = new(pass, chunk, 0, chunk.Blocks);
        phases.Run(&all, chunk.Groups, &LayerSweep<TSimd, TVector, T>.PackColumns);
        phases.Run(&all, pass->Layer.Outputs.TargetRanks == null ? 0 : chunk.Strips, &LayerSweep<TSimd, TVector, T>.FindTargetLogits);
        if (pass->Layer.IsMerged)
        {
            ChunkRows.CompleteFromShards(pass->Layer, chunk);
        }
        else
        {
            phases.Run(&all, all.Groups, &LayerSweep<TSimd, TVector, T>.Forward);
            phases.Run(&all, chunk.Strips, &LayerSweep<TSimd, TVector, T>.Merge);
        }

        ChunkRows.AddLosses(chunk, ref sums);
        int items = RowProbabilities<TSimd, TVector, T>.Items(pass->Layer, chunk.Rows);
        phases.Run(&all, items, &LayerSweep<TSimd, TVector, T>.CompleteProbabilities);
        if (pass->Layer.WantsNorms)
        {
            int blocks = pass->Layer.MergedNorms == null ? chunk.Blocks : 0;
            for (int block = 0; block < blocks; block += pass->_sweptBlocks)
            {
                LayerSweep<TSimd, TVector, T> sweep = SweepOf(pass, chunk, block, TileResult.Overwrites);
                EnsureLogits(pass, phases, &sweep);
                phases.Run(&sweep, chunk.Strips, &LayerSweep<TSimd, TVector, T>.SquareResiduals);
            }

            ChunkRows.ComputeClipping(pass->Layer, chunk);
        }
    }

    /// <summary>What a chunk's rows add to the gradients of the swept blocks.</summary>
    private static void AddGradients(LayerPass<TSimd, TVector, T>* pass, Phases phases, LayerSweep<TSimd, TVector, T>* sweep)
    {
        EnsureLogits(pass, phases, sweep);
        phases.Run(sweep, sweep->Groups, &LayerSweep<TSimd, TVector, T>.Backward);
        phases.Run(sweep, pass->Layer.Filters ? sweep->Strips : 0, &LayerSweep<TSimd, TVector, T>.AddMasses);
        phases.Run(sweep, sweep->Products, &LayerSweep<TSimd, TVector, T>.Multiply);
        phases.Run(sweep, sweep->Target.WantsBiases ? sweep->Blocks : 0, &LayerSweep<TSimd, TVector, T>.SumBias);
    }

    /// <summary>Moves the swept blocks' weights, which nobody reads again.</summary>
    private static void Update(LayerPass<TSimd, TVector, T>* pass, Phases phases, LayerSweep<TSimd, TVector, T>* sweep) =>
        phases.Run(sweep, pass->Layer.Update.IsWanted ? sweep->Slices : 0, &LayerSweep<TSimd, TVector, T>.UpdateWeights);

    /// <summary>Makes the swept blocks' logits again where they are not stored.</summary>
    private static void EnsureLogits(LayerPass<TSimd, TVector, T>* pass, Phases phases, LayerSweep<TSimd, TVector, T>* sweep) =>
        phases.Run(sweep, pass->StoresLogits ? 0 : sweep->Groups, &LayerSweep<TSimd, TVector, T>.ForwardAgain);

    /// <summary>Before a sweep: nothing has been added to its gradients yet.</summary>
    private static void ForgetStarted(LayerPass<TSimd, TVector, T>* pass)
    {
        if (pass->Layer.Update.IsWanted && pass->Layer.Filters)
        {
            pass->_workspace.Chunk.Mask.ForgetStarted();
        }
    }

    private static LayerSweep<TSimd, TVector, T> SweepOf(
        LayerPass<TSimd, TVector, T>* pass, in Chunk<T> chunk, int block, TileResult result) =>
        new(pass, chunk, block, Math.Min(pass->_sweptBlocks, chunk.Blocks - block)) { Result = result };

    /// <summary>One of the chunks whose rows' states are all held.</summary>
    private Chunk<T> ChunkAt(int index)
    {
        Chunk<T> chunk = _workspace.Chunk;
        int rows = Plan.Shape.Rows;
        chunk.RowStates += (nint)index * Plan.Shape.PaddedRows;
        chunk.Rows = Math.Min(rows, Layer.Terms.Rows - (index * rows));
        return chunk;
    }
}
