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
/// for each block:                    residuals                                                            SoftmaxTile
///                                    dH[n, d] = sum over v of g[v, n] W[v, d], the blocks summed apart    RankUpdate
/// for each block:                    dW[v, d] = sum over n of g[v, n] h[n, d]                             RankUpdate
/// for each row:                      dH, the blocks in order
/// </code>
/// An update takes dW slice by slice as soon as dH has read the weights. A gradient is written apart, because stores past the caches and loads
/// that take turns slow each other down.
/// The rows are one strip of a <see cref="Chunk{T}"/>, some of whose lanes stay empty; softmax, options and filters are the same as with many rows.
/// </remarks>
internal unsafe struct FewRowsPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Together = Survivors<T>.Together;

    /// <summary>Classes whose weights are updated as soon as dH has them: 64 rows of 1024 features are 256 KiB and still in the second-level cache.</summary>
    private const int UpdatedClasses = 64;

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

        Workers.Run(workers, &pass, pass._chunk.Blocks, &Backward);
        Workers.Run(workers, &pass, layer.Update.IsWanted || !layer.WantsParameterGradient ? 0 : pass._chunk.Blocks, &MultiplyWeights);
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
            pass->MultiplyLogits(block, v, rows);
        }

        SoftmaxTile<TSimd, TVector, T>.Forward(pass->_layer, pass->_chunk, block, strip: 0, logits, pass->ScratchOf(worker));
    }

    /// <summary>The logits of a few classes of a block.</summary>
    private readonly void MultiplyLogits(int block, int first, int classes)
    {
        T* weights = Weights(block, first);
        T* logits = Line(block, first);
        int n = 0;
        for (; n + 1 < _chunk.Rows; n += 2)
        {
            DotProducts<TSimd, TVector, T>.Multiply<TwoRows>(
                weights, _layer.Features, classes, Hidden(n), Hidden(n + 1), logits + n, logits + n + 1);
        }

        if (n < _chunk.Rows)
        {
            DotProducts<TSimd, TVector, T>.Multiply<OneRow>(weights, _layer.Features, classes, Hidden(n), null, logits + n, null);
        }
    }

    /// <summary>Residuals and dH of a block; and its update, slice by slice, while the weights are in the cache.</summary>
    private static void Backward(void* state, int block, int worker)
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
            new Span<T>(pass->_arrays.HiddenSum(block, 0), pass->_chunk.Rows * pass->_layer.Features).Clear();
        }

        int classes = pass->_chunk.ClassesOf(block);
        int slice = pass->_layer.Update.IsWanted ? UpdatedClasses : classes;
        for (int first = 0; first < classes; first += slice)
        {
            int end = Math.Min(first + slice, classes);
            if (pass->_layer.HiddenGradient != null)
            {
                pass->MultiplyHidden(block, first, end);
            }

            if (pass->_layer.Update.IsWanted)
            {
                pass->MultiplyWeights(block, first, end, worker);
            }
        }
    }

    private static void MultiplyWeights(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        pass->MultiplyWeights(block, 0, pass->_chunk.ClassesOf(block), worker);
        if (pass->_write == RankUpdateWrite.PassesCaches)
        {
            // such stores are not ordered with later ones; who sees the call return must see them
            Interlocked.MemoryBarrier();
        }
    }

    /// <summary>What the classes of a block from the first to the end, those that survive, add to its part of dH.</summary>
    private readonly void MultiplyHidden(int block, int first, int end)
    {
        ReadOnlySpan<ushort> list = default;
        if (_layer.HiddenThreshold > 0)
        {
            ushort* classes = _chunk.Survivors.Classes(block, strip: 0, lane: 0);
            list = new ReadOnlySpan<ushort>(classes + 1, classes[0]);
            int from = CountBelow(list, first);
            list = list[from..CountBelow(list, end)];
            (first, end) = (0, list.Length);
        }

        T** rows = stackalloc T*[RankUpdate<TSimd, TVector, T>.Rows];
        T** factors = stackalloc T*[RankUpdate<TSimd, TVector, T>.Rows];
        int count;
        for (int i = first; i < end; i += count)
        {
            count = Math.Min(RankUpdate<TSimd, TVector, T>.Rows, end - i);
            for (int k = 0; k < count; k++)
            {
                int v = _layer.HiddenThreshold > 0 ? list[i + k] : i + k;
                rows[k] = Weights(block, v);
                factors[k] = Line(block, v);
            }

            int n = 0;
            for (; n + 1 < _chunk.Rows; n += 2)
            {
                RankUpdate<TSimd, TVector, T>.AddRows<TwoRows>(
                    rows, factors, count, (n, n + 1), _arrays.HiddenSum(block, n), _arrays.HiddenSum(block, n + 1), _layer.Features);
            }

            if (n < _chunk.Rows)
            {
                RankUpdate<TSimd, TVector, T>.AddRows<OneRow>(rows, factors, count, (n, n), _arrays.HiddenSum(block, n), null, _layer.Features);
            }
        }

        static int CountBelow(ReadOnlySpan<ushort> ascending, int bound)
        {
            int count = 0;
            while (count < ascending.Length && ascending[count] < bound)
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>dW and db of some classes of a block over the rows that survive, or the update with them.</summary>
    private readonly void MultiplyWeights(int block, int first, int end, int worker)
    {
        ClipResiduals(block, first, end);
        for (int v = first; v < end; v += Together)
        {
            MultiplyWeights(block, v, _arrays.UpdatedRows(worker));
        }
    }

    private readonly void ClipResiduals(int block, int first, int end)
    {
        for (int n = 0; n < _chunk.Rows; n++)
        {
            T clip = T.CreateTruncating(_chunk.RowStates[n].Clip);
            for (int v = first; v < end && clip != T.One; v++)
            {
                Line(block, v)[n] *= clip;
            }
        }
    }

    /// <summary>Of 8 classes, which survive together.</summary>
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
            return _chunk.Survivors.ListRows(block, v, strips: 1, rows);
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
