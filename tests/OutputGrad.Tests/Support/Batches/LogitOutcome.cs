using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>What a call from logits gives: the result, dL/dlogits, and the results per row.</summary>
public sealed record LogitOutcome<T>(CrossEntropyResult Result, T[] Gradient, RowOutcome<T> Rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Room for so many rows; what a call does not write stays NaN.</summary>
    public LogitOutcome(int rows, int classes, bool hasRanks)
        : this(default, new T[rows * classes], new(rows, hasRanks)) => Array.Fill(Gradient, T.NaN);
}
