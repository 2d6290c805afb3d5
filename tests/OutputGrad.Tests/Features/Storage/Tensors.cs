using OutputGrad.Storage;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>Small tensors for the tests of files.</summary>
internal static class Tensors
{
    public static SafetensorsTensor Tensor(string name, ReadOnlySpan<long> shape, params float[] elements) => new(name, shape, elements);

    public static SafetensorsTensor Tensor(string name, ReadOnlySpan<long> shape, params double[] elements) => new(name, shape, elements);

    public static SafetensorsTensor Tensor(string name, ReadOnlySpan<long> shape, params Half[] elements) => new(name, shape, elements);

    public static SafetensorsTensor Tensor(string name, ReadOnlySpan<long> shape, params long[] elements) => new(name, shape, elements);

    public static SafetensorsTensor Tensor(string name, ReadOnlySpan<long> shape, params byte[] elements) => new(name, shape, elements);
}
