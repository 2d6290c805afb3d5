using OutputGrad.Storage;
using Xunit;
using static OutputGrad.Tests.Features.Storage.Tensors;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>Arguments that are refused, when a file is saved and when it is read: the message names what is wrong.</summary>
public sealed class StorageRefusals : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ShapesMustHoldTheirElements()
    {
        Refused("shape", "'t' has 12 bytes, but F32 of shape [2, 2] are 16 bytes", () => new SafetensorsTensor("t", [2, 2], new float[3]));
        Refused("shape", "has 0 bytes, but F64 of shape [] are 8 bytes", () => new SafetensorsTensor("t", [], Array.Empty<double>()));
        Refused("shape", "shape [-1, -3]", () => new SafetensorsTensor("t", [-1, -3], new int[3]));
        Refused("shape", "64 dimensions", () => new SafetensorsTensor("t", Enumerable.Repeat(1L, 65).ToArray(), new Half[1]));
        Refused("shape", "no whole or no 64-bit", () => new SafetensorsTensor("t", [long.MaxValue, 2], new byte[1]));
        Refused("shape", "no whole or no 64-bit", () => new SafetensorsTensor("t", [1L << 62], new long[1]));
        Refused("shape", "no whole or no 64-bit", () => SafetensorsTensor.FromBytes("t", TensorElementType.F4, [3], new byte[2]));
        Refused("shape", "are 4 bytes", () => SafetensorsTensor.FromBFloat16("t", [2], new ushort[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SafetensorsTensor.FromBytes("t", (TensorElementType)20, [1], new byte[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SafetensorsTensor.FromBytes("t", (TensorElementType)(-1), [1], new byte[1]));
    }

    /// <summary>8 elements are as many bytes as an element has bits, by the format's table of element types.</summary>
    [Theory]
    [MemberData(nameof(ElementTypeBits.All), MemberType = typeof(ElementTypeBits))]
    public void EveryElementTypeHasItsBits(TensorElementType type, int bits)
    {
        Assert.Equal([8L], SafetensorsTensor.FromBytes("t", type, [8], new byte[bits]).Shape);
        Refused("shape", $"of shape [8] are {bits} bytes", () => SafetensorsTensor.FromBytes("t", type, [8], new byte[bits - 1]));
    }

    [Fact]
    public void BytesMustBeCountedIn64Bits()
    {
        const int Longs = 60;
        Refused("shape", $"are {long.MaxValue} bytes", () => new SafetensorsTensor("t", [long.MaxValue], new byte[1]));
        Refused("shape", $"are {long.MaxValue - 7} bytes", () => new SafetensorsTensor("t", [(1L << Longs) - 1], new long[1]));
        Refused("shape", "no whole or no 64-bit", () => new SafetensorsTensor("t", [1L << Longs], new long[1]));
    }

    [Fact]
    public void ATensorKeepsTheShapeThatItWasGiven()
    {
        long[] shape = [2, 3];
        SafetensorsTensor tensor = new("t", shape, new float[6]);
        shape[0] = 4;

        Assert.Equal([2L, 3L], tensor.Shape);
        Assert.Equal("t", tensor.Name);
        Assert.Equal(TensorElementType.F32, tensor.ElementType);
    }

    [Fact]
    public void NamesMustBeTextOfTheirOwn()
    {
        SafetensorsTensor tensor = Tensor("t", [], 1f);

        Refused("name", "__metadata__", () => new SafetensorsTensor("__metadata__", [0], Array.Empty<float>()));
        Refused("name", "half of a surrogate pair", () => new SafetensorsTensor("a\ud800", [0], Array.Empty<float>()));
        Assert.Throws<ArgumentNullException>("name", () => new SafetensorsTensor(null!, [0], Array.Empty<float>()));
        Refused("tensors", "'t'", () => Save([tensor, Tensor("t", [], 1L)]));
        Refused("tensors", "null", () => Save([tensor, null!]));
        Refused("metadata", "half of a surrogate pair", () => Save([tensor], ("\udc00", "v")));
        Refused("metadata", "half of a surrogate pair", () => Save([tensor], ("k", "\udc00")));
        Assert.Throws<ArgumentNullException>("metadata", () => Save([tensor], ("k", null!)));
        Assert.Throws<ArgumentNullException>("tensors", () => Save(null!));
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void HeadersThatNoReaderAcceptsAreNotWritten()
    {
        string text = new('x', 50_000_000);

        ArgumentException error = Assert.Throws<ArgumentException>(() => Save([], ("a", text), ("b", text)));
        Assert.Contains("100000000", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void PathsMustBePaths()
    {
        Assert.Throws<ArgumentNullException>("path", () => SafetensorsFile.Save(null!, []));
        Assert.Throws<ArgumentException>("path", () => SafetensorsFile.Save("", []));
        Assert.Throws<ArgumentNullException>("path", () => SafetensorsFile.Open(null!));
        Assert.Throws<ArgumentException>("path", () => SafetensorsFile.Open(""));
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder.File));
        Assert.Throws<UnauthorizedAccessException>(() => SafetensorsFile.Open(_folder.Directory));
    }

    [Fact]
    public void WhatTheFileDoesNotHaveIsNotRead()
    {
        Save([Tensor("w", [2], 1f, 2f), SafetensorsTensor.FromBytes("c", TensorElementType.C64, [1], new byte[8])]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Contains(
            $"'{_folder.File}' has no tensor 'W'; it has 'c', 'w'.",
            Assert.Throws<KeyNotFoundException>(() => file.Read<float>("W").Length).Message);
        Assert.Throws<KeyNotFoundException>(() => file.ReadBytes("").Length);
        Assert.Throws<ArgumentNullException>("name", () => file.ReadBytes(null!).Length);
        Refused("name", "is F32, which is read as Single, not as Int32", () => file.Read<int>("w").Length);
        Refused("name", "is F32, which is read as Single, not as Double", () => file.Read<double>("w", 0, 1).Length);
        Refused("name", "is C64, which is read as bytes, with ReadBytes, not as UInt64", () => file.Read<ulong>("c").Length);
    }

    [Theory]
    [InlineData(0, "it has none.")]
    [InlineData(5, "it has '10', '11', '12', '13', '14'.")]
    [InlineData(7, "it has '10', '11', '12', '13', '14' and 2 more.")]
    public void AMissingTensorIsToldWhatThereIs(int tensors, string says)
    {
        Save([.. Enumerable.Range(10, tensors).Select(i => Tensor($"{i}", [1], 1f))]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.EndsWith(says, Assert.Throws<KeyNotFoundException>(() => file.ReadBytes("w").Length).Message);
    }

    [Theory]
    [InlineData("start", -1, 1)]
    [InlineData("start", 3, 0)]
    [InlineData("start", long.MinValue, 0)]
    [InlineData("start", long.MaxValue, int.MaxValue)]
    [InlineData("length", 0, -1)]
    [InlineData("length", 0, 3)]
    [InlineData("length", 2, 1)]
    [InlineData("length", 1, int.MaxValue)]
    public void PartsMustBeInsideTheirTensor(string argument, long start, int length)
    {
        Save([Tensor("w", [2], 1f, 2f)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Throws<ArgumentOutOfRangeException>(argument, () => file.Read<float>("w", start, length).Length);
    }

    private void Save(SafetensorsTensor[] tensors, params (string Key, string Value)[] metadata) =>
        SafetensorsFile.Save(_folder.File, tensors, metadata.ToDictionary(pair => pair.Key, pair => pair.Value));

    private static void Refused(string argument, string says, Action call)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(argument, call);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static void Refused(string argument, string says, Func<object> call) => Refused(argument, says, () => { call(); });
}
