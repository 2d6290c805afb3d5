using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>
/// A mean over row weights that cancel each other divides by 0: nothing is known of any gradient then, that of a class without a
/// probability included.
/// </summary>
public abstract class CancellingWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(60)]
    public void LeaveNoGradientOfALayer(int rows)
    {
        T[] weights = [T.One, T.Zero, T.NegativeInfinity], gradient = new T[3], bias = new T[3];
        T[] rowWeights = [.. Enumerable.Range(0, rows).Select(row => row % 2 == 0 ? T.One : -T.One)];

        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            new OutputLayer<T>(weights, new T[3]),
            new LabeledBatch<T>([.. Enumerable.Repeat(T.One, rows)], new int[rows]) { RowWeights = rowWeights },
            new OutputGradients<T> { Weights = gradient, Bias = bias });

        Assert.True(double.IsNaN(result.Loss));
        Assert.All([.. gradient, .. bias], number => Assert.True(T.IsNaN(number)));
    }
}

public sealed class CancellingWeightsInFloat : CancellingWeights<float>;

public sealed class CancellingWeightsInDouble : CancellingWeights<double>;
