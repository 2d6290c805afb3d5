using System.Numerics;

namespace OutputGrad;

public static class LinearCrossEntropy
{
    public static CrossEntropyResult Loss<T>(OutputLayer<T> layer, LabeledBatch<T> batch,
        CrossEntropyOptions? options = null, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static CrossEntropyResult LossAndGradient<T>(OutputLayer<T> layer, LabeledBatch<T> batch,
        OutputGradients<T> gradients, CrossEntropyOptions? options = null, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static CrossEntropyResult LossAndGradient<T>(ReadOnlySpan<T> hidden, ReadOnlySpan<T> weights,
        ReadOnlySpan<int> targets, Span<T> hiddenGradient, Span<T> weightGradient, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static long WorkspaceBytes<T>(int rows, int features, int classes, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();
}
