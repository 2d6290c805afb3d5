using System.Numerics;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>Many rows' softmax has the bits that each row has by itself, whatever stands beside it.</summary>
public unsafe class RowSoftmaxesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(16)]
    public void UsualRowsHaveTheirOwnBits(int rows)
    {
        Random random = new(rows);
        for (int repeat = 0; repeat < 2000; repeat++)
        {
            (double Max, double TargetLogit, double Others)[] numbers = new (double, double, double)[rows];
            for (int row = 0; row < rows; row++)
            {
                double max = (random.NextDouble() - .5) * Math.ScaleB(1, random.Next(12));
                bool isLargest = random.Next(2) == 0;
                double others = Math.ScaleB(random.NextDouble(), random.Next(-60, 31));
                double below = Math.ScaleB(random.NextDouble(), random.Next(-8, 11));
                numbers[row] = isLargest ? (max, max, others) : (max, max - below, 1 + others);
            }

            HaveTheirOwnBits(numbers);
        }
    }

    [Fact]
    public void OneUnusualRowLeavesTheOthersTheirBits()
    {
        double nan = double.NaN, infinity = double.PositiveInfinity;
        (double, double, double)[] unusual =
        [
            (nan, 0, 1), (0, nan, 1), (0, 0, nan), (infinity, infinity, 0), (infinity, 0, 1), (-infinity, -infinity, 0),
            (0, 0, infinity), (0, -infinity, 0), (0, -infinity, 1), (0, -infinity, double.MaxValue), (0, -infinity, double.Epsilon),
            (0, 0, 0), (0, 0, double.Epsilon), (0, 0, .41), (0, 0, double.BitDecrement(.41)), (0, -0.0, .3), (-0.0, 0, .3),
            (double.MinValue, -infinity, 0), (double.MaxValue, double.MinValue, 1), (-3, -2, .1),
        ];
        for (int at = 0; at < 16; at++)
        {
            foreach ((double, double, double) row in unusual)
            {
                (double, double, double)[] numbers = new (double, double, double)[16];
                Array.Fill(numbers, (2.5, 1.25, 3));
                numbers[at] = row;
                HaveTheirOwnBits(numbers);
            }
        }
    }

    private static void HaveTheirOwnBits((double Max, double TargetLogit, double Others)[] numbers)
    {
        double* memory = stackalloc double[RowSoftmaxes.NumbersPerRow * numbers.Length];
        RowSoftmaxes softmaxes = new(memory, numbers.Length);
        for (int row = 0; row < numbers.Length; row++)
        {
            softmaxes.Set(row, numbers[row].Max, numbers[row].TargetLogit, numbers[row].Others);
        }

        softmaxes.Compute();
        IsTheScalar(numbers, softmaxes);
        Assert.Equal(
            numbers.Length / Vector<double>.Count * Vector<double>.Count,
            softmaxes.Run<SimdNative<double>, Vector<double>>(0));
        IsTheScalar(numbers, softmaxes);
    }

    private static void IsTheScalar((double Max, double TargetLogit, double Others)[] numbers, in RowSoftmaxes softmaxes)
    {
        for (int row = 0; row < numbers.Length; row++)
        {
            RowSoftmax expected = new(numbers[row].Max, numbers[row].TargetLogit, numbers[row].Others);
            RowSoftmax actual = softmaxes[row];
            Assert.Equal(Bits(expected.TargetExponential), Bits(actual.TargetExponential));
            Assert.Equal(Bits(expected.Sum), Bits(actual.Sum));
            Assert.Equal(Bits(expected.LogSum), Bits(actual.LogSum));
        }
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value);
}
