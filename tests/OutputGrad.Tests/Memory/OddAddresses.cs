using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// A span over native memory may start at any byte; the stores past the caches may not. Where lists of first classes are kept meanwhile
/// they are read there too.
/// </summary>
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

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(3, 20)]
    public void ASoftmaxMayStartAtAnyByte(int bytes, int rows)
    {
        const int Few = 5, Many = 600, Top = 40;
        float[] hidden = [.. Enumerable.Range(0, rows * Few).Select(i => (i % 7) - 3f)];
        float[] weights = [.. Enumerable.Range(0, Many * Few).Select(i => ((i % 11) - 5f) / 8)];
        float[] all = new float[rows * Many], top = new float[rows * Top];
        int[] classes = new int[rows * Top];
        byte* memory = (byte*)NativeMemory.AlignedAlloc(((nuint)(all.Length + top.Length + classes.Length) * sizeof(float)) + 64, 64);
        try
        {
            Span<float> oddAll = new(memory + bytes, all.Length);
            Span<float> oddTop = new(memory + bytes + (all.Length * sizeof(float)), top.Length);
            Span<int> oddClasses = new(memory + bytes + ((all.Length + top.Length) * sizeof(float)), classes.Length);
            LinearSoftmax.Probabilities(new OutputLayer<float>(weights), hidden, rows, all);
            LinearSoftmax.Probabilities(new OutputLayer<float>(weights), hidden, rows, oddAll);
            LinearSoftmax.TopK(new OutputLayer<float>(weights), hidden, rows, classes, top);
            LinearSoftmax.TopK(new OutputLayer<float>(weights), hidden, rows, oddClasses, oddTop);

            Assert.True(oddAll.SequenceEqual(all));
            Assert.True(oddTop.SequenceEqual(top));
            Assert.True(oddClasses.SequenceEqual(classes));
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
