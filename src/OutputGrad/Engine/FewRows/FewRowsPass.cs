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
/// The layer's loss and gradients for fewer rows than make tiles of rows worth while. Memory sets the pace, and where it can be the weights come from it once:
/// what dL/dH needs of a block is summed while the block is in the cache, before the softmax is known.
/// </summary>
/// <remarks>
/// <code>
/// for each block of 512 classes:     z[v, n] = sum over d of W[v, d] h[n, d], exponentials E, sums        DotProducts, StripSoftmax
///                                    sum over v of E[v, n] W[v, d]                                        HiddenSums
/// merge                                                                                                   RowMerge
/// for each row:                      dH = the blocks' sums, each times one number, and g_y W_y            HiddenSums
/// for each block:                    residuals                                                            StripResiduals
///                                    dW[v, d] = sum over n of g[v, n] h[n, d], or the update with it      WeightGradientProduct
/// </code>
/// A residual is its exponential times one number per row and block, except at the true class. Where it is more (a softcap, targets at all classes, a
/// filter on dH), where the softmax came from shards, and for rows that <see cref="SumExponentials"/> leaves, the sums are made of residuals after the
/// merge and added up last; W is then read once more.
/// The rows are one strip of a <see cref="Chunk{T}"/>, some of whose lanes stay empty; softmax, options and filters are the same as with many rows.
/// </remarks>
internal unsafe struct FewRowsPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A larger gradient leaves the caches before anyone reads it; then it need not be read into them to be written.</summary>
    private const long CachedBytes = 8L << 20;

    private LayerArguments<T> _layer;
    private FewRowsWorkspace<T> _arrays;
    private Chunk<T> _chunk;

    /// <summary>Whether the dH of some row is summed from residuals.</summary>
    private bool _anyNeedsResiduals;

    public static CrossEntropyResult Run(in LayerArguments<T> layer, in FewRowsPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        FewRowsPass<TSimd, TVector, T> pass = new() { _layer = layer };
        plan.Layout(workspace.Start, out pass._arrays);
        pass._chunk = pass._arrays.Chunk;
        pass.TakeRows();
        using Workers? workers = Workers.Start(plan.Workers, &pass);
        LossSums sums = default;
        FindSoftmax(&pass, workers, ref sums);
        if (!layer.WantsGradient)
        {
            return sums.Over(layer.Terms);
        }

        int hiddenRows = layer.HiddenGradient == null ? 0 : pass._chunk.Rows;
        pass.PackRows();

        // by the weights as they were
        Workers.Run(workers, &pass, hiddenRows, &SumExponentials);
        for (int n = 0; n < hiddenRows; n++)
        {
            pass._anyNeedsResiduals |= pass._chunk.RowStates[n].NeedsResiduals;
        }

        Workers.Run(workers, &pass, pass._chunk.Blocks, &Backward);
        Workers.Run(workers, &pass, hiddenRows, &SumResiduals);
        if (layer.Filters)
        {
            ChunkRows.AddMasses(pass._chunk, strip: 0, firstBlock: 0, pass._chunk.Blocks);
        }

        return sums.Over(layer.Terms) with { FilteredMass = ChunkRows.LargestMass(pass._chunk) };
    }

    /// <summary>Whether the gradient is large enough to go past the caches, and in whole elements of a vector.</summary>
    private readonly bool PassesCaches => _layer.WeightGradient != null
        && !_layer.Accumulates
        && (long)_layer.Classes * _layer.Features * sizeof(T) > CachedBytes
        && ((nint)_layer.WeightGradient & (sizeof(T) - 1)) == 0;

    /// <summary>Whether all rows' residuals are more than their exponentials times one number, or there is no sum of exponentials.</summary>
    private readonly bool NeedsResiduals => _layer.HasDenseTargets || _layer.IsCapped || _layer.HiddenThreshold > 0 || _layer.MergedStates != null;

    private readonly WorkerScratch<T> ScratchOf(int worker) => new(_arrays.Scratch, _chunk, worker);

    private void TakeRows()
    {
        int row = ChunkRows.TakeCounted(_layer, ref _chunk, row: 0, _chunk.Rows);
        ChunkRows.IgnoreRest(_layer, row);
        DotProducts<TSimd, TVector, T>.Pack(_layer, _chunk);
    }

    private readonly void PackRows()
    {
        for (int i = 0; i < FeaturePanel<TSimd, TVector, T>.CountOf(_chunk.Features) && _layer.WantsParameterGradient; i++)
        {
            WeightGradientProduct<TSimd, TVector, T>.PackRows(_layer, _chunk, new(_chunk.Features, i));
        }
    }

    private static void FindSoftmax(FewRowsPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        if (pass->_layer.MergedStates != null)
        {
            ChunkRows.CompleteFromShards(pass->_layer, pass->_chunk);
        }
        else
        {
            Workers.Run(workers, pass, pass->_chunk.Blocks, &Forward);
            RowMerge.Merge(pass->_layer, pass->_chunk, strip: 0);
        }

        ChunkRows.Report(pass->_layer, pass->_chunk, ref sums);
        if (pass->_layer.WantsNorms)
        {
            for (int block = 0; block < pass->_chunk.Blocks; block++)
            {
                StripResiduals<TSimd, TVector, T>.AddSquares(pass->_layer, pass->_chunk, block, strip: 0, pass->ScratchOf(worker: 0));
            }

            ChunkRows.ComputeClipping(pass->_layer, pass->_chunk);
        }
    }

    private static void Forward(FewRowsPass<TSimd, TVector, T>* pass, int block, int worker)
    {
        T* logits = pass->_chunk.Block(block);
        new Span<T>(logits, (int)pass->_chunk.StripStride(block)).Clear();
        DotProducts<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, logits, pass->ScratchOf(worker));
        StripSoftmax<TSimd, TVector, T>.Forward(pass->_layer, pass->_chunk, block, strip: 0, logits, pass->ScratchOf(worker));
        if (pass->_layer.HiddenGradient != null && !pass->NeedsResiduals)
        {
            HiddenSums<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, pass->_arrays.HiddenSumsOf(block));
        }
    }

    private static void Backward(FewRowsPass<TSimd, TVector, T>* pass, int block, int worker)
    {
        if (pass->_layer.MergedStates != null)
        {
            Forward(pass, block, worker);
            RowMerge.RescaleToRowMaximum(pass->_chunk, block, strip: 0);
        }

        if (pass->_anyNeedsResiduals || pass->_layer.WantsParameterGradient)
        {
            StripResiduals<TSimd, TVector, T>.Residuals(pass->_layer, pass->_chunk, block, strip: 0, pass->ScratchOf(worker));
        }

        if (pass->_anyNeedsResiduals)
        {
            HiddenSums<TSimd, TVector, T>.Multiply(pass->_layer, pass->_chunk, block, pass->_arrays.HiddenSumsOf(block));
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

    /// <summary>Moves a block's weights and biases, those of which some row survives.</summary>
    private readonly void UpdateWeights(int block, int worker)
    {
        int firstClass = block * Blocking.BlockClasses;
        T* rows = _arrays.WeightRowsOf(worker);
        T* biases = _arrays.BiasesOf(worker);
        if (_layer.Bias != null)
        {
            WeightGradientProduct<TSimd, TVector, T>.SumRows(_layer, _chunk, block, biases, TileResult.Overwrites, ScratchOf(worker));
        }

        for (int v = 0; v < _chunk.ClassesOf(block); v += FilterMask<T>.Together)
        {
            T* weights = _layer.WeightRow(firstClass + v);
            if (WeightGradientProduct<TSimd, TVector, T>.MultiplyTogether(_layer, _chunk, block, v, rows, TileResult.Overwrites, soon: weights, ScratchOf(worker)))
            {
                int count = Math.Min(FilterMask<T>.Together, _chunk.ClassesOf(block) - v);
                _layer.UpdateClasses(firstClass + v, count, rows, biases + v);
            }
        }
    }

    /// <summary>A block's dW and db.</summary>
    private readonly void WriteGradients(int block, int worker)
    {
        TileResult result = _layer.Accumulates ? TileResult.Adds : TileResult.Overwrites;
        if (_layer.BiasGradient != null)
        {
            T* biases = _layer.BiasGradient + (block * Blocking.BlockClasses);
            WeightGradientProduct<TSimd, TVector, T>.SumRows(_layer, _chunk, block, biases, result, ScratchOf(worker));
        }

        bool passesCaches = PassesCaches;
        for (int v = 0; v < _chunk.ClassesOf(block) && _layer.WeightGradient != null; v += FilterMask<T>.Together)
        {
            T* gradient = _layer.WeightGradientRow((block * Blocking.BlockClasses) + v);
            T* rows = passesCaches ? _arrays.WeightRowsOf(worker) : gradient;
            int count = Math.Min(FilterMask<T>.Together, _chunk.ClassesOf(block) - v) * _layer.Features;
            bool survives = WeightGradientProduct<TSimd, TVector, T>.MultiplyTogether(_layer, _chunk, block, v, rows, result, soon: null, ScratchOf(worker));
            if (!survives && !_layer.Accumulates)
            {
                new Span<T>(gradient, count).Clear();
            }
            else if (survives && passesCaches)
            {
                PanelCopy<TSimd, TVector, T>.PastCaches(rows, gradient, count);
            }
        }

        if (passesCaches)
        {
            // such stores are not ordered with later ones; who sees the call return must see them
            Interlocked.MemoryBarrier();
        }
    }

    /// <summary>
    /// A row's dH from its exponentials. Times a number above 1, small ones may have underflowed before it; and where the sum is not finite, the row's
    /// residuals will tell whether it should be.
    /// </summary>
    private static void SumExponentials(FewRowsPass<TSimd, TVector, T>* pass, int n, int worker)
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
            T factor = pass->_chunk.Sum[pass->_chunk.At(block, strip: 0) + n] * T.CreateTruncating(row.Factors.Exponential);
            HiddenSums<TSimd, TVector, T>.AddTo(pass->_chunk, pass->_arrays.HiddenSumsOf(block), n, factor, gradient);
        }

        HiddenSums<TSimd, TVector, T>.AddRow(pass->_layer.WeightRow(row.Target), T.CreateTruncating(row.Factors.AtTarget), gradient, pass->_layer.Features);
        row.NeedsResiduals = !TensorPrimitives.IsFiniteAll(new ReadOnlySpan<T>(gradient, pass->_layer.Features));
    }

    private static void SumResiduals(FewRowsPass<TSimd, TVector, T>* pass, int n, int worker)
    {
        ref RowState row = ref pass->_chunk.RowStates[n];
        if (!row.NeedsResiduals)
        {
            return;
        }

        T* gradient = pass->ClearedGradient(row);
        for (int block = 0; block < pass->_chunk.Blocks; block++)
        {
            HiddenSums<TSimd, TVector, T>.AddTo(pass->_chunk, pass->_arrays.HiddenSumsOf(block), n, T.One, gradient);
        }
    }

    private readonly T* ClearedGradient(in RowState row)
    {
        T* gradient = _layer.HiddenGradient + ((nint)row.Source * _layer.Features);
        new Span<T>(gradient, _layer.Features).Clear();
        return gradient;
    }
}
