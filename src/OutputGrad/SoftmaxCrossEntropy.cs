using System.Numerics;

namespace OutputGrad;

public static class SoftmaxCrossEntropy
{
    public static CrossEntropyResult Loss<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets,
        CrossEntropyOptions? options = null, ReadOnlySpan<T> rowWeights = default, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static CrossEntropyResult Loss<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targetProbabilities, int rowCount,
        CrossEntropyOptions? options = null, ReadOnlySpan<T> rowWeights = default, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static CrossEntropyResult LossAndGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<int> targets, Span<T> logitGradient,
        CrossEntropyOptions? options = null, ReadOnlySpan<T> rowWeights = default, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static CrossEntropyResult LossAndGradient<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> targetProbabilities, int rowCount, Span<T> logitGradient,
        CrossEntropyOptions? options = null, ReadOnlySpan<T> rowWeights = default, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();
}
