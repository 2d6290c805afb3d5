using System.Numerics;

namespace OutputGrad;

public static class OuterProduct
{
    public static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();

    public static void AddBatch<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int rows, Span<T> destination, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();
}
