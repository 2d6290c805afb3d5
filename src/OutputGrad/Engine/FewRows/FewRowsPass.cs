using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.FewRows;

/// <summary>
/// The layer's loss and gradients for fewer rows than make tiles of rows worth while. Memory sets the pace, and where it can be the weights
/// come from it once: what dL/dH needs of a block is summed while the block is in the cache, before the softmax is known.
/// </summary>
/// <remarks>
/// <code>
/// for each block of 512 classes:     z[c, n] = sum over d of W[c, d] h[n, d], exponentials E, sums        DotProducts, StripSoftmax
///                                    sum over c of E[c, n] W[c, d]                                        HiddenSums
/// merge                                                                                                   RowMerge
/// for each row:                      dH = the blocks' sums, each times one number, and g_y W_y            HiddenSums
/// for each block:                    residuals                                                            StripResiduals
///                                    dW[c, d] = sum over n of g[c, n] h[n, d], or the update with it      WeightGradientProduct
///                                    or both at once, in the optimizer's own loop                         FactoredUpdateLoop
/// </code>
/// A residual is its exponential times one number per row and block, except at the true class. Where it is more (a softcap, targets at all
/// classes, a filter on dH), where the softmax came from shards, and for rows that <see cref="SumExponentials"/> leaves, the sums are made
/// of residuals after the merge and added up last; W is then read once more. The rows are one strip of a <see cref="Chunk{T}"/>, some of
/// whose lanes stay empty; softmax, options and filters are the same as with many rows.
/// </remarks>
/// <typeparam name="TSimd">The vectors.</typeparam>
/// <typeparam name="TVector">The hardware vector.</typeparam>
/// <typeparam name="T">The type in which is computed.</typeparam>
/// <typeparam name="TWeight">The type in which weights are stored; they are widened in registers.</typeparam>
internal unsafe struct FewRowsPass<TSimd, TVector, T, TWeight>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TWeight : unmanaged
{
    /// <summary>A larger gradient leaves the caches before anyone reads it; then it need not be read into them to be written.</summary>
    private const long BypassCachesAbove = 8L << 20;

    /// <summary>A shorter class moves sooner by a gradient that tiles make for many classes at once.</summary>
    private const int FewestFactoredFeatures = 256;

    /// <summary>So many weights move together by their gradient's factors: those of one class at least.</summary>
    private const int FactoredWeights = 1 << 20;

    private readonly LayerArguments<T> _layer;
    private readonly FewRowsWorkspace<T> _workspace;
    private readonly Chunk<T> _chunk;

    /// <summary>Whether the dH of some row is summed from residuals.</summary>
    private bool _anyNeedsResiduals;

    private FewRowsPass(in LayerArguments<T> layer, in FewRowsPlan<T> plan, byte* start)
    {
        _layer = layer;
        plan.Layout(start, out _workspace);
        _chunk = _workspace.Chunk;
        int row = ChunkRows.TakeCounted(layer, ref _chunk, row: 0, _chunk.Rows);
        ChunkRows.IgnoreRest(layer, row);
    }

    /// <summary>Whether the gradient is large enough to go past the caches, and in whole elements of a vector.</summary>
    private readonly bool BypassesCaches => _layer.WeightGradient != null
        && !_layer.Accumulates
        && (long)_layer.Classes * _layer.Features * sizeof(T) > BypassCachesAbove
        && ((nint)_layer.WeightGradient & (sizeof(T) - 1)) == 0;

    /// <summary>
    /// Whether the update makes dL/dW itself, of the hidden vectors where they lie: few, neither scaled by clipping nor widened.
    /// </summary>
    private readonly bool UpdatesByFactors => _layer.Update.ApplyFactored != null
        && _chunk.Rows <= FactoredGradient<T>.MostRows
        && _layer.Features >= FewestFactoredFeatures
        && _layer.Hidden.IsFull
        && !_layer.WantsNorms
        && !_layer.Filters;

    /// <summary>
    /// Whether all rows' residuals are more than their exponentials times one number, or there is no sum of exponentials.
    /// </summary>
    private readonly bool NeedsResiduals =>
        _layer.HasDenseTargets || _layer.IsCapped || _layer.HiddenThreshold > 0 || _layer.IsMerged;

    public static CrossEntropyResult Run(in LayerArguments<T> layer, in FewRowsPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        using Phases phases = new(plan.Workers);
        FewRowsPass<TSimd, TVector, T, TWeight> pass = new(layer, plan, workspace.Start);
        DotProducts<TSimd, TVector, T>.Pack(layer, pass._chunk);
        LossSums sums = default;
        FindSoftmax(&pass, phases, ref sums);
        if (!layer.WantsGradient)
        {
            return sums.Over(layer.Terms);
        }

        pass.PackRows();

        // by the weights as they were
        int hiddenRows = layer.HiddenGradient == null ? 0 : pass._chunk.Rows;
        phases.Run(&pass, hiddenRows, &SumExponentials);
        for (int n = 0; n < hiddenRows; n++)
        {
            pass._anyNeedsResiduals |= pass._chunk.RowStates[n].NeedsResiduals;
        }

        phases.Run(&pass, pass._chunk.Blocks, &Backward);
        phases.Run(&pass, hiddenRows, &SumResiduals);
        if (layer.Filters)
        {
            ChunkRows.AddMasses(pass._chunk.BlocksOf(strip: 0), firstBlock: 0, pass._chunk.Blocks);
        }

        return sums.Over(layer.Terms) with { FilteredMass = ChunkRows.LargestMass(pass._chunk) };
    }

    private static void FindSoftmax(FewRowsPass<TSimd, TVector, T, TWeight>* pass, Phases phases, ref LossSums sums)
    {
        if (pass->_layer.IsMerged)
        {
            ChunkRows.CompleteFromShards(pass->_layer, pass->_chunk);
        }
        else
        {
            phases.Run(pass, pass->_layer.Outputs.TargetRanks == null ? 0 : pass->_chunk.Rows, &FindTargetLogit);
            phases.Run(pass, pass->_chunk.Blocks, &Forward);
            RowMerge.Merge(pass->_layer, pass->_chunk.BlocksOf(strip: 0));
        }

        ChunkRows.AddLosses(pass->_chunk, ref sums);
        phases.Run(pass, RowProbabilities<TSimd, TVector, T>.Items(pass->_layer, pass->_chunk.Rows), &CompleteProbabilities);
        if (pass->_layer.WantsNorms)
        {
            int blocks = pass->_layer.MergedNorms == null ? pass->_chunk.Blocks : 0;
            phases.Run(pass, pass->_layer.IsMerged ? blocks : 0, &ForwardAgain);
            for (int block = 0; block < blocks; block++)
            {
                StripResiduals<TSimd, TVector, T>.AddSquares(pass->_layer, pass->BlockAt(block).Strip(0), pass->ScratchOf(worker: 0).Strip);
            }

            ChunkRows.ComputeClipping(pass->_layer, pass->_chunk);
        }
    }

    private static void Forward(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int index, int worker)
    {
        Block<T> block = pass->BlockAt(index);
        WorkerScratch<T> scratch = pass->ScratchOf(worker);
        T* lines = pass->_layer.WantsResiduals ? block.Lines : scratch.GroupLogits;
        new Span<T>(lines, (int)block.StripStride).Clear();
        DotProducts<TSimd, TVector, T>.Multiply<TWeight>(
            pass->_layer, pass->_chunk, (block.FirstClass, block.Classes), lines, scratch);
        StripSoftmax<TSimd, TVector, T>.Forward(pass->_layer, block.Strip(0, lines), scratch.Strip);
        if (pass->_layer.HiddenGradient != null && !pass->NeedsResiduals)
        {
            HiddenSums<TSimd, TVector, T>.Multiply<TWeight>(
                pass->_layer, pass->_chunk, block, pass->_workspace.HiddenSumsOf(index), scratch);
        }
    }

    /// <summary>The same again, once the rows' softmax over all shards is known.</summary>
    private static void ForwardAgain(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int index, int worker)
    {
        Forward(pass, index, worker);
        RowMerge.RescaleToRowMaximum(pass->BlockAt(index).Strip(0));
    }

    /// <summary>The logit of a row's target, before all others, with the bits that <see cref="Forward"/> will find.</summary>
    private static void FindTargetLogit(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int n, int worker)
    {
        WorkerScratch<T> scratch = pass->ScratchOf(worker);
        ref RowState row = ref pass->_chunk.RowStates[n];
        T* line = scratch.GroupLogits;
        DotProducts<TSimd, TVector, T>.Multiply<TWeight>(pass->_layer, pass->_chunk, (row.Target, 1), line, scratch);
        row.TargetLogit = double.CreateTruncating(StripSoftmax<TSimd, TVector, T>.TransformOne(pass->_layer, line[n], row.Target));
    }

    private static void CompleteProbabilities(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int item, int worker) =>
        RowProbabilities<TSimd, TVector, T>.Complete(pass->_layer, pass->_chunk.RowStates, item);

    /// <summary>The last block first: its weights are still in the last-level cache.</summary>
    private static void Backward(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int item, int worker)
    {
        int index = pass->_chunk.Blocks - 1 - item;
        Block<T> block = pass->BlockAt(index);
        if (pass->_layer.IsMerged)
        {
            ForwardAgain(pass, index, worker);
        }

        if (pass->_anyNeedsResiduals || pass->_layer.WantsParameterGradient)
        {
            StripResiduals<TSimd, TVector, T>.Compute(pass->_layer, block.Strip(0), pass->ScratchOf(worker).Strip);
        }

        if (pass->_anyNeedsResiduals)
        {
            HiddenSums<TSimd, TVector, T>.Multiply<TWeight>(
                pass->_layer, pass->_chunk, block, pass->_workspace.HiddenSumsOf(index), pass->ScratchOf(worker));
        }

        if (pass->_layer.Update.IsWanted)
        {
            pass->UpdateWeights(block, worker);
        }
        else
        {
            pass->WriteGradients(block, worker);
        }
    }

    private readonly WorkerScratch<T> ScratchOf(int worker) => new(_workspace.Scratch, _chunk, worker);

    private readonly Block<T> BlockAt(int index) => _chunk.Block(index, firstStored: 0);

    private readonly void PackRows()
    {
        if (_layer.WantsParameterGradient && !UpdatesByFactors)
        {
            for (int i = 0; i < FeaturePanel<TSimd, TVector, T>.CountOf(_chunk.Features); i++)
            {
                HiddenPacking<TSimd, TVector, T>.PackRows(_layer, _chunk, new(_chunk.Features, i));
            }
        }
    }

    /// <summary>Moves a block's weights and biases, those for which the filter keeps a row.</summary>
    private readonly void UpdateWeights(in Block<T> block, int worker)
    {
        T* biases = _workspace.BiasesOf(worker);
        if (_layer.Bias != null)
        {
            BiasGradientSum<TSimd, TVector, T>.Add(_layer, block, biases, TileResult.Overwrites, ScratchOf(worker));
        }

        if (UpdatesByFactors)
        {
            UpdateByFactors(block, biases);
            return;
        }

        int together = _workspace.PieceClasses;
        T* rows = _workspace.WeightRowsOf(worker);
        for (int c = 0; c < block.Classes; c += together)
        {
            int first = block.FirstClass + c, end = Math.Min(c + together, block.Classes);
            GradientTarget<T> target = new(rows, biases + c, first, _layer.Features);
            T* soon = _layer.WeightRow(first) + ((nint)together * _layer.Features);
            if (WeightGradientProduct<TSimd, TVector, T>.MultiplyTogether(
                _layer, _chunk, block, (c, end), target.Row(first), TileResult.Overwrites, soon, ScratchOf(worker)))
            {
                _layer.Update.Apply(_layer.Update.State, _layer, first, end - c, target);
            }
        }
    }

    /// <summary>Moves a block's weights by a gradient that stays in registers.</summary>
    private readonly void UpdateByFactors(in Block<T> block, T* biases)
    {
        T** rows = stackalloc T*[_chunk.Rows];
        for (int n = 0; n < _chunk.Rows; n++)
        {
            rows[n] = _layer.Hidden.Row<T>(_chunk.RowStates[n].Source);
        }

        int together = Math.Clamp(FactoredWeights / _layer.Features, 1, block.Classes);
        for (int c = 0; c < block.Classes; c += together)
        {
            FactoredGradient<T> gradient = new()
            {
                Hidden = rows,
                Rows = _chunk.Rows,
                Features = _layer.Features,
                Residuals = block.Lines + (c * Lanes<T>.Count),
                ResidualStride = Lanes<T>.Count,
            };
            _layer.Update.ApplyFactored(
                _layer.Update.State, _layer, block.FirstClass + c, Math.Min(together, block.Classes - c), gradient, biases + c);
        }
    }

    /// <summary>A block's dW and db.</summary>
    private readonly void WriteGradients(in Block<T> block, int worker)
    {
        GradientTarget<T> target = new(_layer);
        TileResult result = _layer.Accumulates ? TileResult.Adds : TileResult.Overwrites;
        if (target.WantsBiases)
        {
            BiasGradientSum<TSimd, TVector, T>.Add(_layer, block, target.Bias(block.FirstClass), result, ScratchOf(worker));
        }

        if (target.WantsWeights)
        {
            WriteWeightGradient(block, target, result, worker);
        }
    }

    private readonly void WriteWeightGradient(in Block<T> block, GradientTarget<T> target, TileResult result, int worker)
    {
        bool bypassesCaches = BypassesCaches;
        T* piece = _workspace.WeightRowsOf(worker);

        // what goes straight to the caller need not wait in the cache: no less of it than a tile's height
        int together = Math.Max(_workspace.PieceClasses, bypassesCaches ? 1 : Blocking.TileHeight);
        for (int c = 0; c < block.Classes; c += together)
        {
            T* gradient = target.Row(block.FirstClass + c);
            T* rows = bypassesCaches ? piece : gradient;
            int end = Math.Min(c + together, block.Classes), count = (end - c) * _layer.Features;
            bool remains = WeightGradientProduct<TSimd, TVector, T>.MultiplyTogether(
                _layer, _chunk, block, (c, end), rows, result, soon: null, ScratchOf(worker));
            if (!remains && !_layer.Accumulates)
            {
                new Span<T>(gradient, count).Clear();
            }
            else if (remains && bypassesCaches)
            {
                PanelCopy<TSimd, TVector, T>.PastCaches(rows, gradient, count);
            }
        }

        if (bypassesCaches)
        {
            // such stores are not ordered with later ones; who sees the call return must see them
            Interlocked.MemoryBarrier();
        }
    }

    /// <summary>
    /// A row's dH from its exponentials. Times a number above 1, small ones may have underflowed before it; and where the sum is not
    /// finite, the row's residuals will tell whether it should be.
    /// </summary>
    private static void SumExponentials(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int n, int worker)
    {
        ref RowState row = ref pass->_chunk.RowStates[n];
        row.NeedsResiduals = pass->NeedsResiduals || !(Math.Abs(row.Factors.Exponential) <= 1);
        if (row.NeedsResiduals)
        {
            return;
        }

        T* gradient = pass->ClearedGradient(row);
        for (int block = 0; block < pass->_chunk.Blocks; block++)
        {
            T factor = pass->_chunk.Statistics.Sum[pass->_chunk.BlocksOf(strip: 0).At(block, n)] * T.CreateTruncating(
                row.Factors.Exponential);
            HiddenSums<TSimd, TVector, T>.AddTo(pass->_chunk, pass->_workspace.HiddenSumsOf(block), n, factor, gradient);
        }

        HiddenSums<TSimd, TVector, T>.AddRow(
            pass->_layer.Weights.Row<TWeight>(row.Target), T.CreateTruncating(row.Factors.AtTarget), gradient, pass->_layer.Features);
        row.NeedsResiduals = !TensorPrimitives.IsFiniteAll(new ReadOnlySpan<T>(gradient, pass->_layer.Features));
    }

    private static void SumResiduals(FewRowsPass<TSimd, TVector, T, TWeight>* pass, int n, int worker)
    {
        ref RowState row = ref pass->_chunk.RowStates[n];
        if (!row.NeedsResiduals)
        {
            return;
        }

        T* gradient = pass->ClearedGradient(row);
        for (int block = 0; block < pass->_chunk.Blocks; block++)
        {
            HiddenSums<TSimd, TVector, T>.AddTo(pass->_chunk, pass->_workspace.HiddenSumsOf(block), n, T.One, gradient);
        }
    }

    private readonly T* ClearedGradient(in RowState row)
    {
        T* gradient = _layer.HiddenGradientRow(row.Destination);
        new Span<T>(gradient, _layer.Features).Clear();
        return gradient;
    }
}
