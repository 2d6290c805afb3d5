using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Engine;

/// <summary>
/// The layer's loss and gradients for fewer rows than make a register tile worth while. The weights are read twice and dL/dW, or the weights, are
/// written once; nothing else is large, so that memory sets the pace.
/// </summary>
/// <remarks>
/// <code>
/// for each block of 512 classes:     z[v, n] = sum over d of W[v, d] h[n, d], exponentials, sums          DotProducts, SoftmaxTile
/// merge                                                                                                   RowMerge
/// for each block:                    residuals, while the weights of the block come by a second time:     SoftmaxTile
///                                    dH[n, d] = sum over v of g[v, n] W[v, d], the blocks summed apart    RankUpdate
///                                    dW[v, d] = sum over n of g[v, n] h[n, d], or the update with it      RankUpdate
/// for each row:                      dH, the blocks in order
/// </code>
/// The rows are one strip of a <see cref="Chunk{T}"/>, some of whose lanes stay empty; softmax, options and filters are the same as with many rows.
/// </remarks>
internal unsafe struct FewRowsPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Together = Survivors<T>.Together;

    /// <summary>A larger gradient leaves the caches before anyone reads it; then it need not be read into them to be written.</summary>
    private const long CachedBytes = 8L << 20;

    private LayerMemory<T> _layer;
    private FewRowsArrays<T> _arrays;
    private Chunk<T> _chunk;
    private RankUpdateWrite _write;

    public static CrossEntropyResult Run(in LayerMemory<T> layer, in FewRowsPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        FewRowsPass<TSimd, TVector, T> pass = new() { _layer = layer, _write = WriteOf(layer) };
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

        Workers.Run(workers, &pass, pass._chunk.Blocks, &MakeGradients);
        Workers.Run(workers, &pass, layer.HiddenGradient == null ? 0 : pass._chunk.Rows, &SumHidden);
        if (layer.Filters)
        {
            ChunkRows.AddMasses(pass._chunk, strip: 0, firstBlock: 0, pass._chunk.Blocks);
        }

        return sums.Over(layer.Terms) with { FilteredMass = ChunkRows.LargestMass(pass._chunk) };
    }

    private static RankUpdateWrite WriteOf(in LayerMemory<T> layer)
    {
        long bytes = (long)layer.Classes * layer.Features * sizeof(T);
        bool canAlign = ((nint)layer.WeightGradient & (sizeof(T) - 1)) == 0;
        return layer.Accumulates ? RankUpdateWrite.Adds
            : bytes > CachedBytes && canAlign && !layer.Update.IsWanted ? RankUpdateWrite.PassesCaches
            : RankUpdateWrite.Overwrites;
    }

    private readonly WorkerScratch<T> ScratchOf(int worker) => new(_arrays.Scratch, _chunk, worker);

    private readonly T* Hidden(int n) => _layer.HiddenRow(_chunk.RowStates[n].Source);

    private readonly T* Weights(int block, int v) => _layer.WeightRow((block * Chunk<T>.BlockClasses) + v);

    /// <summary>A class's logits, and then residuals, of all rows.</summary>
    private readonly T* Line(int block, int v) => _chunk.Block(block) + ((nint)v * Chunk<T>.Lanes);

    private void TakeRows()
    {
        int row = ChunkRows.Take(_layer, ref _chunk, row: 0, _arrays.Chunk.Rows);

        // what is left is rows that do not count
        Chunk<T> none = _chunk;
        ChunkRows.Take(_layer, ref none, row, most: 1);
    }

    private static void FindSoftmax(FewRowsPass<TSimd, TVector, T>* pass, Workers? workers, ref LossSums sums)
    {
        if (pass->_layer.MergedStates != null)
        {
            ChunkRows.SettleMerged(pass->_layer, pass->_chunk);
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
                SoftmaxTile<TSimd, TVector, T>.AddSquares(pass->_layer, pass->_chunk, block, strip: 0, pass->ScratchOf(worker: 0));
            }

            ChunkRows.SettleNorms(pass->_layer, pass->_chunk);
        }
    }

    private static void Forward(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        int classes = pass->_chunk.ClassesOf(block);
        T* logits = pass->_chunk.Block(block);
        new Span<T>(logits, (int)pass->_chunk.StripStride(block)).Clear();
        int rows;
        for (int v = 0; v < classes; v += rows)
        {
            rows = Math.Min(DotProducts<TSimd, TVector, T>.Rows, classes - v);
            for (int n = 0; n < pass->_chunk.Rows; n += 2)
            {
                int second = Math.Min(n + 1, pass->_chunk.Rows - 1);
                DotProducts<TSimd, TVector, T>.Multiply(
                    pass->Weights(block, v), pass->_layer.Features, rows, pass->Hidden(n), pass->Hidden(second), pass->Line(block, v) + n, pass->Line(block, v) + second);
            }
        }

        SoftmaxTile<TSimd, TVector, T>.Forward(pass->_layer, pass->_chunk, block, strip: 0, logits, pass->ScratchOf(worker));
    }

    private static void MakeGradients(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        if (pass->_layer.MergedStates != null)
        {
            Forward(state, block, worker);
            RowMerge.Weigh(pass->_chunk, block, strip: 0);
        }

        SoftmaxTile<TSimd, TVector, T>.Residuals(pass->_layer, pass->_chunk, block, strip: 0, pass->ScratchOf(worker));
        if (pass->_layer.HiddenGradient != null)
        {
            pass->MultiplyHidden(block, pass->_arrays.FeatureRow(worker, Together));
        }

        if (pass->_layer.WeightGradient != null || pass->_layer.BiasGradient != null || pass->_layer.Update.IsWanted)
        {
            pass->ClipResiduals(block);
            for (int v = 0; v < pass->_chunk.ClassesOf(block); v += Together)
            {
                pass->MultiplyWeights(block, v, pass->_arrays.FeatureRow(worker, 0));
            }
        }

        if (pass->_write == RankUpdateWrite.PassesCaches)
        {
            // such stores are not ordered with later ones; who sees the call return must see them
            Interlocked.MemoryBarrier();
        }
    }

    /// <summary>The block's part of dH, over the classes that survive.</summary>
    /// <param name="block">The block.</param>
    /// <param name="nowhere">A row of features that nobody reads: where the second sum of an odd row goes.</param>
    private readonly void MultiplyHidden(int block, T* nowhere)
    {
        int features = _layer.Features;
        new Span<T>(_arrays.HiddenSum(block, 0), _chunk.Rows * features).Clear();
        new Span<T>(nowhere, features).Clear();
        ushort* list = _layer.HiddenThreshold > 0 ? _chunk.Survivors.Classes(block, strip: 0, lane: 0) : null;
        int classes = list == null ? _chunk.ClassesOf(block) : list[0];
        T** rows = stackalloc T*[RankUpdate<TSimd, TVector, T>.Rows];
        T** factors = stackalloc T*[RankUpdate<TSimd, TVector, T>.Rows];
        int count;
        for (int i = 0; i < classes; i += count)
        {
            count = Math.Min(RankUpdate<TSimd, TVector, T>.Rows, classes - i);
            for (int k = 0; k < count; k++)
            {
                int v = list == null ? i + k : list[1 + i + k];
                rows[k] = Weights(block, v);
                factors[k] = Line(block, v);
            }

            for (int n = 0; n < _chunk.Rows; n += 2)
            {
                int second = Math.Min(n + 1, _chunk.Rows - 1);
                T* secondSum = second == n ? nowhere : _arrays.HiddenSum(block, second);
                RankUpdate<TSimd, TVector, T>.AddRows(rows, factors, count, (n, second), _arrays.HiddenSum(block, n), secondSum, features);
            }
        }
    }

    private readonly void ClipResiduals(int block)
    {
        for (int n = 0; n < _chunk.Rows; n++)
        {
            T clip = T.CreateTruncating(_chunk.RowStates[n].Clip);
            for (int v = 0; v < _chunk.ClassesOf(block) && clip != T.One; v++)
            {
                Line(block, v)[n] *= clip;
            }
        }
    }

    /// <summary>dW and db of 8 classes over the rows that survive, or the update with them.</summary>
    private readonly void MultiplyWeights(int block, int first, T* gradient)
    {
        int firstClass = (block * Chunk<T>.BlockClasses) + first;
        int classes = Math.Min(Together, _chunk.ClassesOf(block) - first);
        ushort* rows = stackalloc ushort[_chunk.PaddedRows];
        int count = ListRows(block, first, rows);
        T** hidden = stackalloc T*[_chunk.Rows];
        for (int i = 0; i < count; i++)
        {
            hidden[i] = Hidden(rows[i]);
        }

        T* factors = stackalloc T[_chunk.Rows];
        T* bias = stackalloc T[Together];
        for (int v = 0; v < classes && count > 0; v++)
        {
            bias[v] = T.Zero;
            for (int i = 0; i < count; i++)
            {
                factors[i] = Line(block, first + v)[rows[i]];
                bias[v] += factors[i];
            }

            if (_layer.Update.IsWanted || _layer.WeightGradient != null)
            {
                T* row = _layer.Update.IsWanted ? gradient + ((nint)v * _layer.Features) : _layer.WeightGradientRow(firstClass + v);
                RankUpdate<TSimd, TVector, T>.Write(factors, hidden, count, row, _layer.Features, _write);
            }
        }

        if (_layer.Update.IsWanted)
        {
            _layer.UpdateClasses(firstClass, count == 0 ? 0 : classes, gradient, bias);
        }
        else if (count == 0)
        {
            ClearClasses(firstClass, classes);
        }
        else if (_layer.BiasGradient != null)
        {
            WriteBias(bias, firstClass, classes);
        }
    }

    private readonly int ListRows(int block, int v, ushort* rows)
    {
        if (_layer.WeightThreshold > 0)
        {
            return _chunk.Survivors.ListRows(block, v, rows);
        }

        for (int n = 0; n < _chunk.Rows; n++)
        {
            rows[n] = (ushort)n;
        }

        return _chunk.Rows;
    }

    /// <summary>The gradient of classes that the filter left out.</summary>
    private readonly void ClearClasses(int first, int count)
    {
        if (_layer.Accumulates)
        {
            return;
        }

        if (_layer.WeightGradient != null)
        {
            new Span<T>(_layer.WeightGradientRow(first), count * _layer.Features).Clear();
        }

        if (_layer.BiasGradient != null)
        {
            new Span<T>(_layer.BiasGradient + first, count).Clear();
        }
    }

    private readonly void WriteBias(T* bias, int first, int count)
    {
        for (int v = 0; v < count; v++)
        {
            T* gradient = _layer.BiasGradient + first + v;
            *gradient = _layer.Accumulates ? *gradient + bias[v] : bias[v];
        }
    }

    private static void SumHidden(void* state, int n, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        int features = pass->_layer.Features;
        Span<T> gradient = new(pass->_layer.HiddenGradient + ((nint)pass->_chunk.RowStates[n].Source * features), features);
        gradient.Clear();
        for (int block = 0; block < pass->_chunk.Blocks; block++)
        {
            TensorPrimitives.Add(gradient, new ReadOnlySpan<T>(pass->_arrays.HiddenSum(block, n), features), gradient);
        }
    }
}
