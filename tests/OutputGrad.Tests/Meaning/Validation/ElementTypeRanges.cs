using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>An option that is a number in double and none in float is refused for float, and names both.</summary>
public sealed class ElementTypeRanges
{
    public static TheoryData<CrossEntropyOptions, string> NoFloats => new()
    {
        { new() { LogitScale = 1e39 }, "LogitScale" },
        { new() { LogitScale = 1e-46 }, "LogitScale" },
        { new() { LogitSoftcap = 1e39 }, "LogitSoftcap" },
        { new() { LogitSoftcap = 1e-46 }, "LogitSoftcap" },
    };

    [Theory]
    [MemberData(nameof(NoFloats))]
    public void WhatIsNoFloatIsRefusedForFloat(CrossEntropyOptions options, string name)
    {
        float[] gradient = [7, 7];
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => SoftmaxCrossEntropy.LossAndGradient<float>([1, 2], [0], gradient, options));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains("Single", error.Message, StringComparison.Ordinal);
        Assert.Equal([7f, 7f], gradient);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => LinearCrossEntropy.LossAndGradient<float>([1], [1, 2], [0], default, gradient, options));
        Assert.Equal([7f, 7f], gradient);
    }

    [Theory]
    [MemberData(nameof(NoFloats))]
    public void WhatIsADoubleIsTakenForDouble(CrossEntropyOptions options, string name)
    {
        Assert.NotEmpty(name);
        Assert.False(double.IsNaN(SoftmaxCrossEntropy.Loss<double>([1, 2], [0], options).Loss));
    }
}
