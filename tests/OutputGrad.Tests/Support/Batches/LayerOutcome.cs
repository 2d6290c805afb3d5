using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>What a call on a layer gives: the result, dL/dH, dL/dW and dL/db, and the results per row.</summary>
public sealed record LayerOutcome<T>(CrossEntropyResult Result, T[] Hidden, T[] Weights, T[] Bias, RowOutcome<T> Rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public OutputGradients<T> Gradients() => new() { Hidden = Hidden, Weights = Weights, Bias = Bias };
}
