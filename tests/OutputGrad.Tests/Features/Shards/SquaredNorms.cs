using System.Buffers.Binary;
using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>
/// The squared norms of shards: merged they are the rows' norms of the whole layer, whatever their order. What is clipped by them is in
/// <see cref="ShardsAtBlocks{T}"/> and <see cref="ShardSteps{T}"/>, some of whose batches are.
/// </summary>
public abstract class SquaredNorms<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Sum = 4, Rest = 12;

    /// <summary>Few rows, one strip, several strips, and more than a chunk; cut at blocks or anywhere.</summary>
    public static readonly TheoryData<int, int, int, int[]> Shapes = new()
    {
        { 1, 2_100, 40, [512, 1_024] },
        { 5, 700, 9, [1, 513, 699] },
        { 45, 1_600, 20, [512] },
        { 45, 90, 20, [17, 18] },
        { 1_030, 1_030, 3, [1_024] },
    };

    /// <summary>
    /// The gradient of weights and bias is as long as residual and hidden vector, with a 1 for the bias. Cuts elsewhere than at blocks
    /// leave residuals that differ by rounding.
    /// </summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheyAreTheNormsOfTheWholeLayer(int rows, int classes, int features, int[] cuts)
    {
        for (int variety = 0; variety < 12; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + variety).Layer<T>(rows, classes, features);
            T[] expected = batch.Run().Rows.GradientNorms;
            SquaredNorm[] merged = Norms(batch, cuts).Aggregate(Merged);
            for (int row = 0; row < merged.Length; row++)
            {
                double norm = double.CreateChecked(expected[row]);
                IEnumerable<double> hidden = batch.Hidden.Skip(row * features).Take(features).Select(double.CreateChecked);
                double parameters = Math.Sqrt(hidden.Sum(h => h * h) + (batch.Bias is null ? 0 : 1));
                Near.Equal(norm, merged[row].Norm * parameters, (64 + classes) * Near.Roundoff<T>() * norm, $"norm of row {row}, {batch}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void NoOrderOfMergingChangesABit(int rows, int classes, int features, int[] cuts)
    {
        SquaredNorm[][] norms = Norms(new RandomBatches(rows).Layer<T>(rows, classes, features), cuts);
        Assert.Equal(norms.Aggregate(Merged), norms.Reverse().Aggregate(Merged));
        Assert.Equal(norms.Aggregate(Merged), norms.Reverse().Aggregate((right, left) => Merged(left, right)));
    }

    [Fact]
    public void RowsThatDoNotCountHaveNone()
    {
        LayerBatch<T> batch = new RandomBatches(3).IndexedLayer<T>(40, 30, 5);
        int[] targets = [.. batch.Targets!.Select((target, n) => n % 3 == 0 ? -100 : target)];
        SquaredNorm[] merged = Norms(batch with { Targets = targets, Options = new() }, 11).Aggregate(Merged);
        Assert.All(merged.Where((_, n) => n % 3 == 0), norm => Assert.Equal(default, norm));
        Assert.Contains(merged, norm => norm.Norm > 0);
    }

    [Fact]
    public void TheyTravel()
    {
        SquaredNorm[] norms = Norms(new RandomBatches(8).Layer<T>(40, 700, 5), 512).Aggregate(Merged);
        Assert.All(norms, norm =>
        {
            byte[] longer = [.. Wire(norm), 0xee];
            Assert.Equal(norm, SquaredNorm.ReadFrom(longer));
            Assert.Equal(norm.GetHashCode(), SquaredNorm.ReadFrom(longer).GetHashCode());
            norm.WriteTo(longer);
            Assert.Equal(0xee, longer[^1]);
        });
    }

    protected static byte[] Wire(SquaredNorm norm)
    {
        byte[] wire = new byte[SquaredNorm.WireBytes];
        norm.WriteTo(wire);
        return wire;
    }

    protected static SquaredNorm[] Merged(SquaredNorm[] left, SquaredNorm[] right) => [.. left.Zip(right, SquaredNorm.Merge)];

    protected static SquaredNorm[][] Norms(LayerBatch<T> batch, params int[] cuts)
    {
        ShardedLayer<T> shards = new(batch, cuts);
        return shards.SquaredNorms(shards.Forward().Aggregate(ShardedLayer<T>.Merged));
    }

    /// <summary>A wire form that means sum + rest, times 2^(1200 scale).</summary>
    protected static byte[] Bytes(double sum, double rest = 0, sbyte scale = 0)
    {
        byte[] bytes = new byte[SquaredNorm.WireBytes];
        (bytes[0], bytes[1]) = (1, (byte)scale);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Sum), sum);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Rest), rest);
        return bytes;
    }
}

public sealed class SquaredNormsInFloat : SquaredNorms<float>;

public sealed class SquaredNormsInDouble : SquaredNorms<double>
{
    /// <summary>Residuals whose squares are beyond the doubles, on either side, and beside ones whose squares are not.</summary>
    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e200)]
    [InlineData(1)]
    public void TheyHaveTheWholeRangeOfNorms(double weight)
    {
        LayerBatch<double> batch = new RandomBatches(3).IndexedLayer<double>(40, 1_030, 5);
        SquaredNorm[] plain = Norms(batch with { RowWeights = null, Options = new() }, 512).Aggregate(Merged);
        SquaredNorm[] weighted = Norms(
            batch with { RowWeights = [.. Enumerable.Repeat(weight, 40)], Options = new() { Reduction = Reduction.Sum } }, 512)
            .Aggregate(Merged);
        for (int row = 0; row < plain.Length; row++)
        {
            Near.Equal(plain[row].Norm * weight, weighted[row].Norm, 1e-14 * plain[row].Norm * weight, $"norm of row {row}");
            SquaredNorm both = SquaredNorm.Merge(plain[row], weighted[row]);
            Near.Equal(double.Hypot(plain[row].Norm, weighted[row].Norm), both.Norm, 1e-14 * both.Norm, "both together");
            Assert.Equal(both, SquaredNorm.Merge(weighted[row], plain[row]));
            Assert.Equal(both, SquaredNorm.ReadFrom(Wire(both)));
        }
    }

    [Fact]
    public void TheBytesAreTheSameEverywhere() => Assert.Equal(
        "0100000000000000000008400000000000000000", Convert.ToHexString(Wire(SquaredNorm.ReadFrom(Bytes(3)))));

    [Theory]
    [InlineData(3, 0, 0, 1.7320508075688772)]
    [InlineData(4, 0, 1, 8.2990311377619859e+180)]
    [InlineData(4, 0, -1, 4.8198397302057682e-181)]
    [InlineData(double.PositiveInfinity, 0, 0, double.PositiveInfinity)]
    [InlineData(double.NaN, 0, 0, double.NaN)]
    [InlineData(0, 0, 0, 0)]
    public void WhatTheyMean(double sum, double rest, sbyte scale, double norm) =>
        Assert.Equal(norm, SquaredNorm.ReadFrom(Bytes(sum, rest, scale)).Norm);

    /// <summary>As structs, by the operators and in boxes; each of the three numbers tells two norms apart, by its last bit.</summary>
    [Fact]
    public void TheyAreEqualToTheLastBit()
    {
        SquaredNorm[] different =
        [
            SquaredNorm.ReadFrom(Bytes(1, 1e-17)), SquaredNorm.ReadFrom(Bytes(double.BitIncrement(1), 1e-17)),
            SquaredNorm.ReadFrom(Bytes(1, double.BitIncrement(1e-17))), SquaredNorm.ReadFrom(Bytes(1, 1e-17, 1)),
        ];
        for (int first = 0; first < different.Length; first++)
        {
            for (int second = 0; second < different.Length; second++)
            {
                (SquaredNorm left, SquaredNorm right) = (different[first], SquaredNorm.ReadFrom(Wire(different[second])));
                Assert.Equal(first == second, left.Equals(right));
                Assert.Equal(first == second, left.Equals((object)right));
                Assert.Equal(first == second, left == right);
                Assert.Equal(first != second, left != right);
            }
        }

        Assert.False(different[0].Equals(null));
        Assert.False(different[0].Equals(1.0));
    }

    [Theory]
    [InlineData(-1, 0, 0, "sum is -1")]
    [InlineData(1, 1e-3, 0, "the rest")]
    [InlineData(1, double.NaN, 0, "the rest")]
    [InlineData(double.NaN, 1, 0, "the rest")]
    [InlineData(1, 0, 2, "scale is 2")]
    [InlineData(1, 0, -2, "scale is -2")]
    public void WhatIsNoneIsRefused(double sum, double rest, sbyte scale, string says) => IsRefused(Bytes(sum, rest, scale), says);

    [Fact]
    public void OtherHeadersAreRefused()
    {
        IsRefused([2, .. Bytes(1)[1..]], "version is 2");
        IsRefused([.. Bytes(1)[..2], 1, .. Bytes(1)[3..]], "reserved");
        IsRefused([.. Bytes(1)[..3], 1, .. Bytes(1)[4..]], "reserved");
        for (int length = 0; length < SquaredNorm.WireBytes; length++)
        {
            byte[] bytes = new byte[length];
            Assert.Contains($"{length} bytes", Assert.Throws<ArgumentException>("source", () => SquaredNorm.ReadFrom(bytes)).Message);
            Assert.Throws<ArgumentException>("destination", () => default(SquaredNorm).WriteTo(bytes));
            Assert.All(bytes, written => Assert.Equal(0, written));
        }
    }

    private static void IsRefused(byte[] bytes, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => SquaredNorm.ReadFrom(bytes)).Message, StringComparison.Ordinal);
}
