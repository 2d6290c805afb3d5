using System.Numerics;

namespace OutputGrad.Tests.Properties;

/// <summary>Everything a call can say about single rows; what it does not write stays NaN or -2.</summary>
public sealed class RowOutcome<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public RowOutcome(int rows)
    {
        (Losses, LogSumExp, Predictions, GradientNorms) = (new T[rows], new T[rows], new int[rows], new T[rows]);
        Array.Fill(Losses, T.NaN);
        Array.Fill(LogSumExp, T.NaN);
        Array.Fill(Predictions, -2);
        Array.Fill(GradientNorms, T.NaN);
    }

    public T[] Losses { get; }

    public T[] LogSumExp { get; }

    public int[] Predictions { get; }

    public T[] GradientNorms { get; }

    public RowResults<T> Destination => new()
    {
        Losses = Losses,
        LogSumExp = LogSumExp,
        Predictions = Predictions,
        GradientNorms = GradientNorms,
    };

    public (T Loss, T LogSumExp, int Prediction, T GradientNorm) Of(int row) =>
        (Losses[row], LogSumExp[row], Predictions[row], GradientNorms[row]);

    /// <summary>The results of the rows named, in that order.</summary>
    public RowOutcome<T> Taken(int[] rows)
    {
        RowOutcome<T> taken = new(rows.Length);
        for (int index = 0; index < rows.Length; index++)
        {
            (taken.Losses[index], taken.LogSumExp[index], taken.Predictions[index], taken.GradientNorms[index]) = Of(rows[index]);
        }

        return taken;
    }
}
