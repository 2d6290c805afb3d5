using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Oracle;
using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

/// <summary>Sums over all parameters are close to exact ones and have the same bits for every number of threads.</summary>
public abstract class ParameterVectorsTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Integers, of which no sum is rounded.</summary>
    [Theory]
    [MemberData(nameof(VectorLengths.All), MemberType = typeof(VectorLengths))]
    public void InnerProductsAreThoseOfExactSums(int length)
    {
        T[] x = Numbers(length, 1), y = Numbers(length, 2);
        double exact = Product(x, y, length);
        foreach (int threads in (int[])[1, 2, 7])
        {
            Assert.Equal(exact, new ParameterVectors<T>(length, threads).Dot(x, y));
        }

        Assert.Equal(Product(x, y, length / 2), new ParameterVectors<T>(length, 1).Dot(x, y, length / 2));
    }

    /// <summary>Numbers whose sums round.</summary>
    [Theory]
    [MemberData(nameof(VectorLengths.All), MemberType = typeof(VectorLengths))]
    public void ThreadsDoNotChangeABit(int length)
    {
        Random random = new(3);
        T[] x = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() - .5))];
        T[] y = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() - .5))];
        ParameterVectors<T> alone = new(length, 1), together = new(length, 3);

        Exactly.SameBits(alone.Dot(x, y), together.Dot(x, y), "inner product");
        Assert.Equal(Product(x, y, length), alone.Dot(x, y), 1e-13 * length);
    }

    [Theory]
    [MemberData(nameof(VectorLengths.All), MemberType = typeof(VectorLengths))]
    public void ElementsAreRoundedOnce(int length)
    {
        T[] x = Numbers(length, 1), y = Numbers(length, 2), result = new T[length];
        ParameterVectors<T> vectors = new(length, 3);
        T scale = T.CreateTruncating(.1);

        vectors.Add(x, .1, y, result);
        Assert.Equal(x.Zip(y, (left, right) => T.FusedMultiplyAdd(right, scale, left)), result);
        vectors.Subtract(x, y, result);
        Assert.Equal(x.Zip(y, (left, right) => left - right), result);
        vectors.Multiply(x, .1, result);
        Assert.Equal(x.Select(number => number * scale), result);
        T[] before = [.. x];
        vectors.Add(x, .1, y, x, length / 2);
        Assert.Equal(before[(length / 2)..], x[(length / 2)..]);
        Assert.Equal(before.Zip(y, (left, right) => T.FusedMultiplyAdd(right, scale, left)).Take(length / 2), x[..(length / 2)]);
    }

    private static double Product(T[] x, T[] y, int count)
    {
        CompensatedSum sum = default;
        for (int i = 0; i < count; i++)
        {
            sum.Add(double.CreateChecked(x[i]) * double.CreateChecked(y[i]));
        }

        return sum.Value;
    }

    private static T[] Numbers(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.Next(-9, 10)))];
    }
}

public sealed class ParameterVectorsTestsInFloat : ParameterVectorsTests<float>;

public sealed class ParameterVectorsTestsInDouble : ParameterVectorsTests<double>;

internal static class VectorLengths
{
    /// <summary>Around the sums of a block and its end, and enough for several threads.</summary>
    public static TheoryData<int> All => [1, 2, 15, 511, 512, 513, 1_023, 16_383, 16_384, 16_385, 50_001, 3_000_001];
}
