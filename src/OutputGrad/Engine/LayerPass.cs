using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Engine;

/// <summary>The layer's loss and gradients, built from the logits' pass: a chunk of rows at a time, as many as the workspace holds.</summary>
internal unsafe struct LayerPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required int Features;
    public required T* Weights;
    public required T* Bias;
    public required T* Hidden;
    public required T* HiddenGradient;
    public required T* WeightGradient;
    public required T* BiasGradient;
    public required BatchMemory<T> Batch;
    public required RowOutputs<T> Outputs;
    public required LossTerms Terms;

    /// <summary>The logits of one chunk, and the rows of scratch that the logits' pass takes.</summary>
    public static long WorkspaceBytes(int rows, int classes, long limit)
    {
        long row = (long)classes * sizeof(T);
        if (rows == 0)
        {
            return 0;
        }

        Checks.Workspace(row * (1 + LogitsPass<T>.ScratchRows), limit, $"{classes} classes");
        return row * (ChunkRows(rows, classes, limit) + LogitsPass<T>.ScratchRows);
    }

    public CrossEntropyResult Run(long maxWorkspaceBytes)
    {
        LossSums sums = default;
        int chunk = ChunkRows(Batch.Rows, Batch.Classes, maxWorkspaceBytes);
        T[] logits = ArrayPool<T>.Shared.Rent(chunk * Batch.Classes);
        try
        {
            fixed (T* start = logits)
            {
                for (int first = 0; first < Batch.Rows; first += chunk)
                {
                    RunChunk(first, Math.Min(chunk, Batch.Rows - first), start, ref sums);
                }
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(logits);
        }

        return sums.Over(Terms);
    }

    private static int ChunkRows(int rows, int classes, long limit)
    {
        long row = Math.Max(1, (long)classes * sizeof(T));
        return (int)Math.Clamp((limit / row) - LogitsPass<T>.ScratchRows, 1, Math.Max(1, Math.Min(rows, Array.MaxLength / Math.Max(1, classes))));
    }

    private readonly void RunChunk(int first, int rows, T* logits, ref LossSums sums)
    {
        bool wantsGradient = HiddenGradient != null || WeightGradient != null || BiasGradient != null;
        for (int row = 0; row < rows; row++)
        {
            for (int c = 0; c < Batch.Classes && Counts(first + row); c++)
            {
                T bias = Bias == null ? T.Zero : Bias[c];
                logits[((long)row * Batch.Classes) + c] = bias + TensorPrimitives.Dot(HiddenRow(first + row), WeightRow(c));
            }
        }

        new LogitsPass<T>
        {
            Batch = Batch.From(first, rows),
            Outputs = Outputs.From(first),
            Terms = Terms,
            Logits = logits,
            Gradient = wantsGradient ? logits : null,
        }.Run(ref sums);
        for (int row = 0; row < rows; row++)
        {
            int at = first + row;
            ReadOnlySpan<T> residual = new(logits + ((long)row * Batch.Classes), Batch.Classes);
            if (Outputs.GradientNorms != null && Counts(at))
            {
                T squares = TensorPrimitives.SumOfSquares(HiddenRow(at)) + (Bias == null ? T.Zero : T.One);
                Outputs.GradientNorms[at] *= T.Sqrt(squares);
            }

            if (HiddenGradient != null)
            {
                new Span<T>(HiddenGradient + ((long)at * Features), Features).Clear();
            }

            if (wantsGradient && Counts(at))
            {
                AddRow(at, residual);
            }
        }
    }

    private readonly void AddRow(int at, ReadOnlySpan<T> residual)
    {
        if (BiasGradient != null)
        {
            Span<T> bias = new(BiasGradient, Batch.Classes);
            TensorPrimitives.Add(bias, residual, bias);
        }

        for (int c = 0; c < Batch.Classes; c++)
        {
            if (WeightGradient != null)
            {
                Span<T> gradient = new(WeightGradient + ((long)c * Features), Features);
                TensorPrimitives.MultiplyAddEstimate(HiddenRow(at), residual[c], gradient, gradient);
            }

            if (HiddenGradient != null)
            {
                Span<T> gradient = new(HiddenGradient + ((long)at * Features), Features);
                TensorPrimitives.MultiplyAddEstimate(WeightRow(c), residual[c], gradient, gradient);
            }
        }
    }

    private readonly bool Counts(int row) => Batch.HasSoftTargets || Batch.Targets[row] != Terms.IgnoreIndex;

    private readonly ReadOnlySpan<T> HiddenRow(int row) => new(Hidden + ((long)row * Features), Features);

    private readonly ReadOnlySpan<T> WeightRow(int c) => new(Weights + ((long)c * Features), Features);
}
