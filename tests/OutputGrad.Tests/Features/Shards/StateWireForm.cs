using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Shards;

/// <summary>The bytes in which a state travels: which they are, what they keep, and which are refused.</summary>
public abstract class StateWireForm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Version = 0, ElementBytes = 1, IsWhole = 2, Reserved = 3, LargestClass = 4, Rest = 8, Dense = 16, Numbers = 48;

    /// <summary>A state's bytes, written down once: other versions and other machines must read and write the same.</summary>
    protected abstract string OneTwoThree { get; }

    /// <summary>The rest of the sum, and the sums over a dense target: five doubles, all 0 in a state of three numbers.</summary>
    protected static string Zeros { get; } = new('0', 2 * 5 * sizeof(double));

    [Fact]
    public void TheBytesAreTheSameEverywhere()
    {
        SoftmaxState<T> state = new(T.One, T.CreateChecked(2), T.CreateChecked(3));

        Assert.Equal(OneTwoThree, Convert.ToHexString(Wire(state)));
        Exactly.SameBits<byte>(Wire(state), Wire(SoftmaxState<T>.ReadFrom(Convert.FromHexString(OneTwoThree))), "wire form");
    }

    [Fact]
    public void OnlyItsOwnBytesAreWrittenAndRead()
    {
        SoftmaxState<T> state = new(T.One, T.CreateChecked(2), T.CreateChecked(3));
        byte[] longer = [.. Enumerable.Repeat((byte)0xee, SoftmaxState<T>.WireBytes + 3)];
        state.WriteTo(longer);

        Assert.All(longer[SoftmaxState<T>.WireBytes..], left => Assert.Equal(0xee, left));
        Assert.Equal(state, SoftmaxState<T>.ReadFrom(longer));
    }

    [Fact]
    public void ShorterSpansAreRefused()
    {
        for (int length = 0; length < SoftmaxState<T>.WireBytes; length++)
        {
            byte[] bytes = new byte[length];
            ArgumentException written = Assert.Throws<ArgumentException>("destination", () => SoftmaxState<T>.Empty.WriteTo(bytes));
            ArgumentException read = Assert.Throws<ArgumentException>("source", () => SoftmaxState<T>.ReadFrom(bytes));
            Assert.All([written, read], error =>
            {
                Assert.Contains($"{length} bytes", error.Message, StringComparison.Ordinal);
                Assert.Contains($"{SoftmaxState<T>.WireBytes}", error.Message, StringComparison.Ordinal);
            });
            Assert.All(bytes, written => Assert.Equal(0, written));
        }
    }

    [Fact]
    public void OtherHeadersAreRefused()
    {
        IsRefused(bytes => bytes[Version] = 0, "version is 0");
        IsRefused(bytes => bytes[Version] = 2, "version is 2");
        IsRefused(bytes => bytes[ElementBytes] = (byte)(12 - Unsafe.SizeOf<T>()), typeof(T).Name);
        IsRefused(bytes => bytes[Reserved] = 1, "reserved");
        IsRefused(bytes => bytes[IsWhole] = 2, "flag is 2");
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void WhatIsNoClassIsRefused(int largest) =>
        IsRefused(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(LargestClass), largest), $"largest class is {largest}");

    /// <summary>Rounding 2 took away less than the step to the next number.</summary>
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(-1)]
    [InlineData(1e-6)]
    public void WhatNoRoundingLeavesIsRefused(double rest) =>
        IsRefused(bytes => BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Rest), rest), "rest");

    /// <summary>Sums over a dense target, each a double and what rounding took from it, of states that are whole.</summary>
    [Theory]
    [InlineData(0, 0, 1, 0)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(1, 16, 1, 1e-10)]
    [InlineData(1, 0, 1, double.NaN)]
    [InlineData(1, 16, double.PositiveInfinity, 1e-300)]
    public void WhatIsNoSumOfTwoDoublesIsRefused(int isWhole, int at, double high, double low) => IsRefused(
        bytes =>
        {
            bytes[IsWhole] = (byte)isWhole;
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Dense + at), high);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Dense + at + sizeof(double)), low);
        },
        "dense target");

    [Fact]
    public void SumsThatAreNotFiniteHaveNoRest()
    {
        foreach (T sum in (T[])[T.NaN, T.PositiveInfinity, T.NegativeInfinity])
        {
            byte[] bytes = Wire(new(T.One, sum, T.One));
            Assert.Equal(sum, SoftmaxState<T>.ReadFrom(bytes).SumOfOthers);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Rest), double.Epsilon);
            Assert.Throws<InvalidDataException>(() => SoftmaxState<T>.ReadFrom(bytes));
        }
    }

    [Fact]
    public void EveryBitOfEveryNumberIsKept()
    {
        T[] numbers =
        [
            T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon, T.NaN, -T.NaN, T.PositiveInfinity, T.NegativeInfinity,
            T.BitDecrement(T.PositiveInfinity), T.Pi,
        ];
        foreach (T max in numbers)
        {
            foreach (T sum in numbers)
            {
                foreach (T target in numbers)
                {
                    byte[] bytes = Wire(new(max, sum, target));
                    SoftmaxState<T> read = SoftmaxState<T>.ReadFrom(bytes);

                    Exactly.SameBits<T>([max, sum, target], [read.Max, read.SumOfOthers, read.TargetLogit], "numbers");
                    Exactly.SameBits<byte>(bytes, Wire(read), "wire form");
                }
            }
        }
    }

    /// <summary>Payload bits of a NaN, which arithmetic could change.</summary>
    [Fact]
    public void SoAreThoseOfANaN()
    {
        byte[] bytes = Wire(new(T.One, T.NaN, T.One));
        bytes[Numbers + Unsafe.SizeOf<T>()] = 0x5a;

        Exactly.SameBits<byte>(bytes, Wire(SoftmaxState<T>.ReadFrom(bytes)), "wire form");
    }

    /// <summary>The shards' states travel; what is made of them has the bits of the whole layer.</summary>
    [Theory]
    [InlineData(7, 1_600, 20)]
    [InlineData(45, 3_072, 9)]
    public void MergingWhatWasReadHasTheBitsOfTheWholeLayer(int rows, int classes, int features)
    {
        for (int variety = 0; variety < 4; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(rows + variety).Layer<T>(rows, classes, features);
            ShardedLayer<T> shards = new(batch, 512, 1_024, 1_536);
            SoftmaxState<T>[] merged = shards.Forward().Select(Carried).Reverse().Aggregate(ShardedLayer<T>.Merged);
            LayerOutcome<T> whole = batch.Run(), sharded = ShardedLayer<T>.Joined(shards.Backward(Carried(merged)));

            Assert.Equal(whole.Result, sharded.Result with { FilteredMass = whole.Result.FilteredMass });
            Exactly.SameBits<T>(whole.Weights, sharded.Weights, "dL/dW");
            Exactly.SameBits<T>(whole.Bias, sharded.Bias, "dL/db");
        }
    }

    private static SoftmaxState<T>[] Carried(SoftmaxState<T>[] states) =>
        [.. states.Select(state => SoftmaxState<T>.ReadFrom(Wire(state)))];

    private static byte[] Wire(SoftmaxState<T> state)
    {
        byte[] bytes = new byte[SoftmaxState<T>.WireBytes];
        state.WriteTo(bytes);
        return bytes;
    }

    private static void IsRefused(Action<byte[]> damage, string says)
    {
        byte[] bytes = Wire(new(T.One, T.CreateChecked(2), T.CreateChecked(3)));
        damage(bytes);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SoftmaxState<T>.ReadFrom(bytes));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(T).Name, error.Message, StringComparison.Ordinal);
    }
}

public sealed class StateWireFormInFloat : StateWireForm<float>
{
    protected override string OneTwoThree => "01040000" + "FFFFFFFF" + Zeros + "0000803F" + "00000040" + "00004040";
}

public sealed class StateWireFormInDouble : StateWireForm<double>
{
    protected override string OneTwoThree =>
        "01080000" + "FFFFFFFF" + Zeros + "000000000000F03F" + "0000000000000040" + "0000000000000840";
}
