using System.Numerics;

namespace OutputGrad;

public static class Sensitivity
{
    public static int TopDials<T>(ReadOnlySpan<T> residual, ReadOnlySpan<T> hidden, Span<Dial<T>> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotImplementedException();
}
