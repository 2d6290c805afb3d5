using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>A step never holds dL/dW: neither its arrays from the pool nor what it allocates come near that size.</summary>
[Collection(RunsAlone.Name)]
public abstract class PooledMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 512, Classes = 8_192;
    private const long Roomy = 256L << 20, Tight = 4L << 20;

    [Theory]
    [InlineData(1, Roomy)]
    [InlineData(4, Tight)]
    [InlineData(16, Roomy)]
    [InlineData(16, Tight)]
    [InlineData(100, Tight)]
    public void AStepHoldsNoWeightGradient(int rows, long limit)
    {
        IntegerNumbers numbers = new(1);
        T[] weights = numbers.Signed<T>(Classes * Features), bias = numbers.Signed<T>(Classes), hidden = numbers.Signed<T>(rows * Features);
        T[] hiddenGradient = new T[hidden.Length];
        int[] targets = numbers.Targets(rows, Classes, ignored: null);
        CrossEntropyOptions options = new() { MaxWorkspaceBytes = limit };
        using PoolListener pool = new();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);

        LinearCrossEntropy.Step<T, Standstill>(weights, bias, new LabeledBatch<T>(hidden, targets), default, hiddenGradient, options);

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        long gradientBytes = (long)weights.Length * Unsafe.SizeOf<T>();
        long most = Math.Min(2 * limit, gradientBytes * 3 / 4); // the pool's arrays are powers of two
        Assert.InRange(pool.RentedBytes, 1, most);
        Assert.InRange(allocated, 0, most);
    }

    private readonly struct Standstill : IWeightUpdate<T>
    {
        public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
        {
        }
    }
}

public sealed class PooledMemoryInFloat : PooledMemory<float>;

public sealed class PooledMemoryInDouble : PooledMemory<double>;
