using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>A span over native memory may start at any byte; the stores past the caches may not.</summary>
public sealed unsafe class OddAddresses
{
    private const int Features = 1024;
    private const int Classes = 4096;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ALargeWeightGradientMayStartAtAnyByte(int bytes)
    {
        float[] hidden = [.. Enumerable.Range(0, Features).Select(i => (i % 7) - 3f)];
        float[] weights = [.. Enumerable.Range(0, Features * Classes).Select(i => ((i % 11) - 5f) / 64)];
        float[] aligned = new float[weights.Length];
        byte* memory = (byte*)NativeMemory.AlignedAlloc(((nuint)weights.Length * sizeof(float)) + 64, 64);
        try
        {
            Span<float> odd = new(memory + bytes, weights.Length);
            LinearCrossEntropy.LossAndGradient<float>(hidden, weights, [5], default, aligned);
            LinearCrossEntropy.LossAndGradient<float>(hidden, weights, [5], default, odd);

            Assert.True(odd.SequenceEqual(aligned));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
