using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Accuracy;

/// <summary>The softmax itself at all those sizes, with scales and softcaps; from one to all classes of a row are its first.</summary>
public abstract class SoftmaxSizes<T> : LayerSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected override void Compare(LayerBatch<T> batch) =>
        SoftmaxComparison.Compare(batch, batch.Softmax(top: Math.Min(batch.Classes, 1 + (batch.Rows * 5 % 37))));

    protected override long Least(LayerBatch<T> batch) => LeastWorkspace.Of<T>(batch.Rows, batch.Features, batch.Classes, batch.Options);
}

public sealed class SoftmaxSizesInFloat : SoftmaxSizes<float>;

public sealed class SoftmaxSizesInDouble : SoftmaxSizes<double>;
