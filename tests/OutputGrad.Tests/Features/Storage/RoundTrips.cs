using System.Runtime.InteropServices;
using OutputGrad.Storage;
using Xunit;
using static OutputGrad.Tests.Features.Storage.Tensors;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>What was saved is what is read, bit for bit.</summary>
public sealed class RoundTrips : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryTypeThatIsSavedAsNumbersIsReadAsTheSameBits()
    {
        float[] floats = [0f, -0f, float.NaN, float.NegativeInfinity, float.Epsilon, 1 / 3f];
        double[] doubles = [-0d, double.NaN, double.MaxValue, Math.PI];
        Half[] halves = [Half.NaN, Half.Epsilon, (Half)(-1.5f)];
        int[] ints = [int.MinValue, -1, int.MaxValue];
        long[] longs = [long.MinValue, 5];
        byte[] bytes = [0, 255, 7];
        ushort[] brain = [0x7fc0, 0x8000, 0x3f81];
        SafetensorsFile.Save(
            _folder.File,
            [
                new("floats", [2, 3], floats), new("doubles", [4], doubles), new("halves", [3, 1], halves), new("ints", [1, 3], ints),
                new("longs", [2], longs), new("bytes", [3], bytes), SafetensorsTensor.FromBFloat16("brain", [3], brain),
            ]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(7, file.Tensors.Count);
        Same(floats, file.Read<float>("floats"));
        Same(doubles, file.Read<double>("doubles"));
        Same(halves, file.Read<Half>("halves"));
        Same(ints, file.Read<int>("ints"));
        Same(longs, file.Read<long>("longs"));
        Same(bytes, file.Read<byte>("bytes"));
        Same(brain, file.Read<ushort>("brain"));
    }

    [Theory]
    [MemberData(nameof(ElementTypeBits.All), MemberType = typeof(ElementTypeBits))]
    public void EveryTypeIsSavedAndReadAsBytes(TensorElementType type, int bits)
    {
        byte[] bytes = [.. Enumerable.Range(1, 8 * bits / 8).Select(value => (byte)value)];
        SafetensorsFile.Save(_folder.File, [SafetensorsTensor.FromBytes("t", type, [2, 4], bytes)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(type, file.Tensors["t"].ElementType);
        Assert.Equal(8, file.Tensors["t"].ElementCount);
        Assert.Equal(bytes, file.ReadBytes("t"));
    }

    [Fact]
    public void TypesThatAreSavedAsBytesAreReadAsNumbers()
    {
        byte[] bytes = [1, 0, 0, 0, 0, 0, 0, 0x80];
        (TensorElementType Type, int Size)[] types =
        [
            (TensorElementType.Bool, 1), (TensorElementType.I8, 1), (TensorElementType.F8E4M3, 1), (TensorElementType.I16, 2),
            (TensorElementType.U16, 2), (TensorElementType.U32, 4), (TensorElementType.U64, 8),
        ];
        SafetensorsFile.Save(
            _folder.File, types.Select(one => SafetensorsTensor.FromBytes(one.Type.ToString(), one.Type, [8 / one.Size], bytes)));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 128], file.Read<byte>("Bool").ToArray());
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, -128], file.Read<sbyte>("I8").ToArray());
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 128], file.Read<byte>("F8E4M3").ToArray());
        Assert.Equal([1, 0, 0, short.MinValue], file.Read<short>("I16").ToArray());
        Assert.Equal([1, 0, 0, 0x8000], file.Read<ushort>("U16").ToArray());
        Assert.Equal([1, 0x80000000], file.Read<uint>("U32").ToArray());
        Assert.Equal([0x8000000000000001], file.Read<ulong>("U64"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("lm_head.weight")]
    [InlineData("with \"quotes\", a \\ and a line\nbreak\0")]
    [InlineData("größe 重み \U0001F600 <&'+>")]
    public void NamesAndMetadataAreAnyText(string text)
    {
        SafetensorsFile.Save(
            _folder.File, [Tensor(text, [], 2.5)], new Dictionary<string, string> { [text] = "value", ["key"] = text });
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal([2.5], file.Read<double>(text));
        Assert.Equal("value", file.Metadata[text]);
        Assert.Equal(text, file.Metadata["key"]);
    }

    [Fact]
    public void AFileMayHaveNoTensors()
    {
        SafetensorsFile.Save(_folder.File, []);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Empty(file.Tensors);
        Assert.Empty(file.Metadata);
        Assert.Equal(64, new FileInfo(_folder.File).Length);
    }

    [Fact]
    public void TensorsLongerThanOneWriteAreWhole()
    {
        double[] numbers = [.. Enumerable.Range(0, (1 << 21) + 3).Select(index => Math.Sqrt(index))];
        SafetensorsFile.Save(_folder.File, [new("n", [numbers.Length], numbers)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.True(file.Read<double>("n").SequenceEqual(numbers));
    }

    [Fact]
    public void APartIsReadAsItLies()
    {
        int[] numbers = [.. Enumerable.Range(0, 100)];
        SafetensorsFile.Save(_folder.File, [new("n", [10, 10], numbers)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.True(file.Read<int>("n", 30, 20).SequenceEqual(numbers.AsSpan(30, 20)));
        Assert.Equal(numbers, file.Read<int>("n", 0, 100));
        Assert.True(file.Read<int>("n", 100, 0).IsEmpty);
        Assert.True(file.Read<int>("n")[30..].Overlaps(file.Read<int>("n", 30, 1)));
    }

    [Fact]
    public void ReadingTakesNoCopyAndDataIsAlignedToACacheLine()
    {
        SafetensorsFile.Save(_folder.File, [new("first", [3], new float[3]), new("second", [5], new float[5])]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.True(file.Read<float>("second") == file.Read<float>("second"));
        Assert.Equal(0, Address(file.ReadBytes("first")) % 64);
        Assert.Equal(12, Address(file.ReadBytes("second")) - Address(file.ReadBytes("first")));
    }

    private static unsafe long Address(ReadOnlySpan<byte> span)
    {
        fixed (byte* start = span)
        {
            return (long)start;
        }
    }

    private static void Same<T>(T[] expected, ReadOnlySpan<T> actual)
        where T : unmanaged =>
        Assert.Equal(MemoryMarshal.AsBytes<T>(expected).ToArray(), MemoryMarshal.AsBytes(actual).ToArray());
}
