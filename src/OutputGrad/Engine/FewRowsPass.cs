using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Engine;

/// <summary>
/// The layer's loss and gradients for fewer rows than make a register tile worth while. The weights are read twice and dL/dW is written once; nothing
/// else is large, so that memory sets the pace.
/// </summary>
/// <remarks>
/// <code>
/// for each block of 512 classes:     z[n, v] = sum over d of W[v, d] h[n, d]                                         DotProducts
/// for each row:                      softmax and residuals                                                           LogitsPass
/// for each block:                    dH[n, d] = sum over v of g[n, v] W[v, d], the blocks summed apart and in order
///                                    dW[v, d] = sum over n of g[n, v] h[n, d]                                        RankUpdate
/// </code>
/// </remarks>
internal unsafe struct FewRowsPass<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A larger gradient leaves the caches before anyone reads it; then it need not be read into them to be written.</summary>
    private const long CachedBytes = 8L << 20;

    private LayerMemory<T> _layer;
    private FewRowsPlan<T> _plan;
    private LogitsPass<T> _softmax;
    private RankUpdateWrite _write;

    public static CrossEntropyResult Run(in LayerMemory<T> layer, in FewRowsPlan<T> plan)
    {
        using Workspace workspace = new(plan.Bytes);
        FewRowsPass<TSimd, TVector, T> pass = new() { _layer = layer, _plan = plan, _write = WriteOf(layer) };
        pass._plan.Layout(workspace.Start);
        pass.TakeRows();
        using Workers? workers = Workers.Start(plan.Workers, &pass);
        Workers.Run(workers, &pass, plan.Blocks, &MultiplyLogits);
        pass._softmax.Prepare(workers: 1);
        Workers.Run(pass._softmax.NeedsScratch ? null : workers, &pass, plan.Rows, &Softmax);
        pass.ScaleNorms();
        if (layer.HiddenGradient != null)
        {
            Workers.Run(workers, &pass, plan.Blocks, &MultiplyHidden);
            Workers.Run(workers, &pass, plan.Rows, &SumHidden);
        }

        if (layer.WeightGradient != null)
        {
            Workers.Run(workers, &pass, plan.Blocks, &MultiplyWeights);
        }

        if (layer.BiasGradient != null)
        {
            pass.SumBias();
        }

        return pass._softmax.Sum();
    }

    private static RankUpdateWrite WriteOf(in LayerMemory<T> layer)
    {
        long bytes = (long)layer.Classes * layer.Features * sizeof(T);
        bool canAlign = ((nint)layer.WeightGradient & (sizeof(T) - 1)) == 0;
        return layer.Accumulates ? RankUpdateWrite.Adds
            : bytes > CachedBytes && canAlign ? RankUpdateWrite.PassesCaches
            : RankUpdateWrite.Overwrites;
    }

    private void TakeRows()
    {
        int taken = 0;
        for (int row = 0; row < _layer.Batch.Rows; row++)
        {
            if (_layer.Counts(row))
            {
                _plan.Sources[taken++] = row;
            }
            else
            {
                _layer.Ignore(row);
            }
        }

        _softmax = new()
        {
            Batch = _layer.Batch,
            Outputs = _layer.Outputs,
            Terms = _layer.Terms,
            Logits = _plan.Residuals,
            Gradient = _layer.WantsGradient ? _plan.Residuals : null,
            Rows = taken,
            Losses = _plan.RowLosses,
            Scratch = _plan.SoftmaxScratch,
        };
    }

    private readonly void ScaleNorms()
    {
        for (int n = 0; n < _plan.Rows && _layer.Outputs.GradientNorms != null; n++)
        {
            T* norm = _layer.Outputs.GradientNorms + _plan.Sources[n];
            *norm = T.CreateTruncating(double.CreateTruncating(*norm) * _layer.ParameterNorm(_plan.Sources[n]));
        }
    }

    private readonly void SumBias()
    {
        Span<T> gradient = new(_layer.BiasGradient, _plan.Classes);
        if (!_layer.Accumulates)
        {
            gradient.Clear();
        }

        for (int n = 0; n < _plan.Rows; n++)
        {
            TensorPrimitives.Add(gradient, new ReadOnlySpan<T>(Residuals(n, 0), _plan.Classes), gradient);
        }
    }

    private readonly T* Hidden(int n) => _layer.HiddenRow(_plan.Sources[n]);

    private readonly T* Residuals(int n, int c) => _plan.Residuals + ((nint)n * _plan.Classes) + c;

    private readonly T* HiddenSum(int block, int n) => _plan.HiddenSums + ((((nint)block * _plan.Rows) + n) * _plan.Features);

    /// <summary>Where the second sum of an odd row goes.</summary>
    private readonly T* Nowhere(int worker) => _plan.Nowhere + ((nint)worker * _plan.Features);

    private readonly (int First, int End) ClassesOf(int block)
    {
        int first = block * Chunk<T>.BlockClasses;
        return (first, first + Math.Min(Chunk<T>.BlockClasses, _plan.Classes - first));
    }

    private static void MultiplyLogits(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        (int first, int end) = pass->ClassesOf(block);
        int rows;
        for (int c = first; c < end; c += rows)
        {
            rows = Math.Min(DotProducts<TSimd, TVector, T>.Rows, end - c);
            for (int n = 0; n < pass->_plan.Rows; n += 2)
            {
                int second = Math.Min(n + 1, pass->_plan.Rows - 1);
                DotProducts<TSimd, TVector, T>.Multiply(
                    pass->_layer.WeightRow(c), pass->_layer.Features, rows, pass->Hidden(n), pass->Hidden(second), pass->Residuals(n, c), pass->Residuals(second, c));
            }
        }

        if (pass->_layer.Bias != null)
        {
            ReadOnlySpan<T> bias = new(pass->_layer.Bias + first, end - first);
            for (int n = 0; n < pass->_plan.Rows; n++)
            {
                Span<T> logits = new(pass->Residuals(n, first), end - first);
                TensorPrimitives.Add(logits, bias, logits);
            }
        }
    }

    private static void Softmax(void* state, int n, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        pass->_softmax.Count<TSimd, TVector>(pass->_plan.Sources[n], n, worker);
    }

    private static void MultiplyHidden(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        (int first, int end) = pass->ClassesOf(block);
        int features = pass->_plan.Features;
        new Span<T>(pass->HiddenSum(block, 0), pass->_plan.Rows * features).Clear();
        T* nowhere = pass->Nowhere(worker);
        new Span<T>(nowhere, features).Clear();
        int c = first;
        for (; c <= end - RankUpdate<TSimd, TVector, T>.Rows; c += RankUpdate<TSimd, TVector, T>.Rows)
        {
            for (int n = 0; n < pass->_plan.Rows; n += 2)
            {
                int second = Math.Min(n + 1, pass->_plan.Rows - 1);
                T* secondSum = second == n ? nowhere : pass->HiddenSum(block, second);
                RankUpdate<TSimd, TVector, T>.AddRows(
                    pass->_layer.WeightRow(c), features, pass->Residuals(n, c), pass->Residuals(second, c), pass->HiddenSum(block, n), secondSum);
            }
        }

        for (; c < end; c++)
        {
            for (int n = 0; n < pass->_plan.Rows; n++)
            {
                RankUpdate<TSimd, TVector, T>.AddRow(pass->_layer.WeightRow(c), features, *pass->Residuals(n, c), pass->HiddenSum(block, n));
            }
        }
    }

    private static void SumHidden(void* state, int n, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        int features = pass->_plan.Features;
        Span<T> gradient = new(pass->_layer.HiddenGradient + ((nint)pass->_plan.Sources[n] * features), features);
        gradient.Clear();
        for (int block = 0; block < pass->_plan.Blocks; block++)
        {
            TensorPrimitives.Add(gradient, new ReadOnlySpan<T>(pass->HiddenSum(block, n), features), gradient);
        }
    }

    private static void MultiplyWeights(void* state, int block, int worker)
    {
        FewRowsPass<TSimd, TVector, T>* pass = (FewRowsPass<TSimd, TVector, T>*)state;
        (int first, int end) = pass->ClassesOf(block);
        T** hidden = stackalloc T*[pass->_plan.Rows];
        for (int n = 0; n < pass->_plan.Rows; n++)
        {
            hidden[n] = pass->Hidden(n);
        }

        for (int c = first; c < end; c++)
        {
            RankUpdate<TSimd, TVector, T>.Write(
                pass->Residuals(0, c), pass->_plan.Classes, hidden, pass->_plan.Rows, pass->_layer.WeightGradientRow(c), pass->_layer.Features, pass->_write);
        }

        if (pass->_write == RankUpdateWrite.PassesCaches)
        {
            // such stores are not ordered with later ones; who sees the call return must see them
            Interlocked.MemoryBarrier();
        }
    }
}
