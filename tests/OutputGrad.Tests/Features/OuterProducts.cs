using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary><see cref="OuterProduct"/> against the double loop that it means.</summary>
public abstract class OuterProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>scale x rounds once, and the product with y and the sum once more, or twice: 3 roundoffs of the terms.</summary>
    [Fact]
    public void AddIsTheDoubleLoopAtEverySize()
    {
        for (int height = 0; height <= 40; height++)
        {
            for (int width = 0; width <= 40; width++)
            {
                RandomBatches random = new((height * 41) + width);
                T[] x = random.Anywhere<T>(height, 3), y = random.Anywhere<T>(width, 3),
                    destination = random.Anywhere<T>(height * width, 3);
                double[] before = Near.Doubles<T>(destination);

                OuterProduct.Add(x, y, destination, T.CreateChecked(.7));

                double scale = double.CreateChecked(T.CreateChecked(.7));
                for (int i = 0; i < destination.Length; i++)
                {
                    double product = scale * double.CreateChecked(x[i / width]) * double.CreateChecked(y[i % width]);
                    double allowed = 3 * Near.Roundoff<T>() * (Math.Abs(before[i]) + Math.Abs(product));
                    Near.Equal(before[i] + product, destination[i], allowed, $"element {i} of {height} x {width}");
                }
            }
        }
    }

    /// <summary>n + 2 roundoffs of the terms of a sum of n, here and once more in the oracle.</summary>
    [Fact]
    public void AddBatchIsTheTripleLoopAtEverySize()
    {
        for (int size = 1; size <= 40; size++)
        {
            (int rows, int height, int width) = (1 + (size * 7 % 11), size, 1 + (size * 13 % 40));
            CompareBatch(rows, height, width);
            CompareBatch(rows, width, height);
            CompareBatch(size, 5, rows);
        }
    }

    [Fact]
    public void AddBatchOfOneRowIsAdd()
    {
        RandomBatches random = new(1);
        T[] x = random.Anywhere<T>(13, 2), y = random.Anywhere<T>(29, 2), single = random.Anywhere<T>(13 * 29, 1), batch = [.. single];

        OuterProduct.Add(x, y, single, T.CreateChecked(-1.5));
        OuterProduct.AddBatch(x, y, 1, batch, T.CreateChecked(-1.5));

        Exactly.SameBits<T>(single, batch, "destination");
    }

    [Fact]
    public void ABatchOfNoRowsAddsNothing()
    {
        T[] destination = Near.Rounded<T>(1, 2, 3, 4);

        OuterProduct.AddBatch([], [], 0, destination, T.One);

        Assert.Equal(Near.Rounded<T>(1, 2, 3, 4), destination);
    }

    [Fact]
    public void AScaleOfZeroAddsNothingToFiniteNumbers()
    {
        T[] destination = Near.Rounded<T>(1, 2, 3, 4), batch = [.. destination];

        OuterProduct.Add(Near.Rounded<T>(5, -6), Near.Rounded<T>(7, 8), destination, T.Zero);
        OuterProduct.AddBatch(Near.Rounded<T>(5, -6, 1, 1), Near.Rounded<T>(7, 8, 1, 1), 2, batch, T.Zero);

        Assert.Equal(Near.Rounded<T>(1, 2, 3, 4), destination);
        Assert.Equal(Near.Rounded<T>(1, 2, 3, 4), batch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void NaNReachesItsRowAndColumnAtEveryScale(double scale)
    {
        const int Size = 19;
        for (int poisoned = 0; poisoned < Size; poisoned++)
        {
            T[] x = [.. Enumerable.Repeat(T.One, Size)], y = [.. x], byRow = new T[Size * Size], byColumn = new T[Size * Size];
            x[poisoned] = T.NaN;

            OuterProduct.Add(x, y, byRow, T.CreateChecked(scale));
            OuterProduct.AddBatch(y, x, 1, byColumn, T.CreateChecked(scale));

            for (int i = 0; i < byRow.Length; i++)
            {
                Assert.Equal(i / Size == poisoned, T.IsNaN(byRow[i]));
                Assert.Equal(i % Size == poisoned, T.IsNaN(byColumn[i]));
            }
        }
    }

    [Theory]
    [InlineData(3, 4, 11)]
    [InlineData(3, 4, 13)]
    [InlineData(3, 4, 0)]
    [InlineData(0, 4, 1)]
    [InlineData(65536, 65536, 0)]
    public void ADestinationOfAnotherSizeIsRefused(int height, int width, int length)
    {
        T[] destination = new T[length];

        ArgumentException error = Assert.Throws<ArgumentException>(() => OuterProduct.Add(new T[height], new T[width], destination, T.One));
        Assert.All(
            (string[])["destination", $"{length}", $"{height}", $"{width}"],
            text => Assert.Contains(text, error.Message, StringComparison.Ordinal));

        if (height > 0)
        {
            error = Assert.Throws<ArgumentException>(() => OuterProduct.AddBatch(new T[height], new T[width], 1, destination, T.One));
            Assert.All((string[])["destination", $"{length}"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void ABatchThatDoesNotDivideIntoRowsIsRefused()
    {
        T[] destination = new T[4];

        Assert.Contains("x", Assert.Throws<ArgumentException>(
            () => OuterProduct.AddBatch(new T[5], new T[4], 2, destination, T.One)).Message, StringComparison.Ordinal);
        Assert.Contains("y", Assert.Throws<ArgumentException>(
            () => OuterProduct.AddBatch(new T[4], new T[5], 2, destination, T.One)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OuterProduct.AddBatch(new T[4], [], 0, destination, T.One));
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(
            () => OuterProduct.AddBatch([], [], -1, destination, T.One)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADestinationThatOverlapsAnInputIsRefusedAndLeftAsItWas()
    {
        T[] memory = Near.Rounded<T>(1, 2, 3, 4, 5, 6, 7, 8), other = Near.Rounded<T>(1, 1);
        T[] before = [.. memory];
        for (int start = 0; start <= 4; start++)
        {
            Memory<T> input = memory.AsMemory(start, 2), destination = memory.AsMemory(1, 4);
            Refused("x", () => OuterProduct.Add(input.Span, other, destination.Span, T.One));
            Refused("y", () => OuterProduct.Add(other, input.Span, destination.Span, T.One));
            Refused("x", () => OuterProduct.AddBatch(input.Span, other, 1, destination.Span, T.One));
            Refused("y", () => OuterProduct.AddBatch(other, input.Span, 1, destination.Span, T.One));
        }

        Assert.Equal(before, memory);
        OuterProduct.Add(memory.AsSpan(5, 2), memory.AsSpan(6, 2), memory.AsSpan(1, 4), T.One);

        static void Refused(string input, Action call)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(call);
            Assert.Contains("destination", error.Message, StringComparison.Ordinal);
            Assert.Contains(input, error.Message, StringComparison.Ordinal);
        }
    }

    private static void CompareBatch(int rows, int height, int width)
    {
        RandomBatches random = new((rows * 1681) + (height * 41) + width);
        T[] x = random.Anywhere<T>(rows * height, 3), y = random.Anywhere<T>(rows * width, 3),
            destination = random.Anywhere<T>(height * width, 3);
        double scale = -1.25;
        double[] scaled = Array.ConvertAll(Near.Doubles<T>(x), value => scale * value), before = Near.Doubles<T>(destination);
        double[] expected = LinearOracle.WeightGradient(scaled, Near.Doubles<T>(y), rows, height, width, before);
        double[] terms = LinearOracle.WeightGradient(
            Magnitudes(scaled), Magnitudes(Near.Doubles<T>(y)), rows, height, width, Magnitudes(before));

        OuterProduct.AddBatch(x, y, rows, destination, T.CreateChecked(scale));

        for (int i = 0; i < destination.Length; i++)
        {
            Near.Equal(
                expected[i], destination[i], 2 * (rows + 2) * Near.Roundoff<T>() * terms[i], $"element {i} of {rows} x {height} x {width}");
        }
    }

    private static double[] Magnitudes(double[] values) => Array.ConvertAll(values, Math.Abs);
}

public sealed class OuterProductsInFloat : OuterProducts<float>;

public sealed class OuterProductsInDouble : OuterProducts<double>;
