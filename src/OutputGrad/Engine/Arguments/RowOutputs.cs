using System.Numerics;

namespace OutputGrad.Engine.Arguments;

/// <summary>Where the results per row go; a null pointer is not wanted.</summary>
internal readonly unsafe struct RowOutputs<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T* Losses { get; init; }

    public required T* LogSumExp { get; init; }

    public required int* Predictions { get; init; }

    public required T* GradientNorms { get; init; }

    public required T* Entropies { get; init; }

    public required int* TargetRanks { get; init; }

    /// <summary>Each row's softmax over the classes of this layer, for the other shards.</summary>
    public SoftmaxState<T>* States { get; init; }

    /// <summary>The squared norm of each row's residual over the classes of this layer, for the other shards.</summary>
    public SquaredNorm* SquaredNorms { get; init; }

    public void AddTo(ref MemoryRegions regions, int rows)
    {
        regions.Output(Losses, Bytes(Losses, rows), "rows.Losses");
        regions.Output(LogSumExp, Bytes(LogSumExp, rows), "rows.LogSumExp");
        regions.Output(Predictions, Predictions == null ? 0 : (long)rows * sizeof(int), "rows.Predictions");
        regions.Output(GradientNorms, Bytes(GradientNorms, rows), "rows.GradientNorms");
        regions.Output(Entropies, Bytes(Entropies, rows), "rows.Entropies");
        regions.Output(TargetRanks, TargetRanks == null ? 0 : (long)rows * sizeof(int), "rows.TargetRanks");
        regions.Output(States, States == null ? 0 : (long)rows * sizeof(SoftmaxState<T>), "states");
        regions.Output(SquaredNorms, SquaredNorms == null ? 0 : (long)rows * sizeof(SquaredNorm), "squaredNorms");
    }

    /// <summary>The results of a row that does not count.</summary>
    public void WriteIgnored(int row)
    {
        Write(Losses, row, 0);
        Write(LogSumExp, row, 0);
        Write(GradientNorms, row, 0);
        Write(Entropies, row, 0);
        if (Predictions != null)
        {
            Predictions[row] = -1;
        }

        if (TargetRanks != null)
        {
            TargetRanks[row] = -1;
        }

        if (States != null)
        {
            States[row] = SoftmaxState<T>.Empty;
        }

        if (SquaredNorms != null)
        {
            SquaredNorms[row] = default;
        }
    }

    public void WriteSquaredNorm(int row, SquaredNorm squaredNorm)
    {
        if (SquaredNorms != null)
        {
            SquaredNorms[row] = squaredNorm;
        }
    }

    public void WriteRow(int row, double loss, double logSumExp, int prediction)
    {
        Write(Losses, row, loss);
        Write(LogSumExp, row, logSumExp);
        if (Predictions != null)
        {
            Predictions[row] = prediction;
        }
    }

    public void WriteEntropy(int row, double entropy) => Write(Entropies, row, entropy);

    public void WriteNorm(int row, double norm) => Write(GradientNorms, row, norm);

    private static long Bytes(T* destination, int rows) => destination == null ? 0 : (long)rows * sizeof(T);

    private static void Write(T* destination, int row, double value)
    {
        if (destination != null)
        {
            destination[row] = T.CreateTruncating(value);
        }
    }
}
