using System.Text;
using OutputGrad.Storage;
using Xunit;
using static OutputGrad.Tests.Features.Storage.Tensors;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>The bytes of a file, written by hand from the format's description.</summary>
public sealed class FileBytes : IDisposable
{
    private static readonly ushort[] Brain = [0x3f80];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileWrittenByHandIsRead()
    {
        // 62 = 0x3e bytes of header, 4 bytes of data each: 1.0f, -2.0f, little-endian
        const string Header = """{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}      """;
        byte[] bytes = [0x3e, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(Header), 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0];
        using SafetensorsFile file = SafetensorsFile.Open(_folder.WriteBytes(bytes));

        TensorInfo tensor = Assert.Single(file.Tensors).Value;
        Assert.Equal("w", tensor.Name);
        Assert.Equal(TensorElementType.F32, tensor.ElementType);
        Assert.Equal([1L, 2L], tensor.Shape);
        Assert.Equal(2, tensor.ElementCount);
        Assert.Equal(8, tensor.ByteCount);
        Assert.Equal("w F32 [1, 2]", tensor.ToString());
        Assert.Empty(file.Metadata);
        Assert.Equal([1f, -2f], file.Read<float>("w"));
        Assert.Equal([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], file.ReadBytes("w").ToArray());
    }

    [Fact]
    public void TheBytesSavedAreThoseOfTheFormat()
    {
        SafetensorsFile.Save(_folder.File, [Tensor("w", [1, 2], 1f, -2f)]);

        // the header ends where the file is 64 bytes long: 56 bytes are 0x38
        byte[] expected =
        [
            0x38, 0, 0, 0, 0, 0, 0, 0,
            .. """{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"""u8,
            0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0,
        ];
        Assert.Equal(expected, File.ReadAllBytes(_folder.File));
    }

    [Fact]
    public void MetadataComeFirstThenWiderTypesAndNamesInOrdinalOrder()
    {
        Dictionary<string, string> metadata = new() { ["b"] = "2", ["B"] = "1", ["format"] = "pt" };
        SafetensorsFile.Save(
            _folder.File,
            [
                Tensor("z", [1], (byte)9),
                Tensor("b", [], 1f),
                Tensor("half", [1], (Half)1),
                Tensor("B", [1], 2f),
                new("double", [0, 5], Array.Empty<double>()),
                SafetensorsTensor.FromBFloat16("brain", [1], Brain),
            ],
            metadata);

        const string Json =
            """
            {"__metadata__":{"B":"1","b":"2","format":"pt"},"double":{"dtype":"F64","shape":[0,5],"data_offsets":[0,0]},
            "B":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[4,8]},
            "brain":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]},"half":{"dtype":"F16","shape":[1],"data_offsets":[10,12]},
            "z":{"dtype":"U8","shape":[1],"data_offsets":[12,13]}}
            """;
        byte[] bytes = File.ReadAllBytes(_folder.File);
        int header = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(Json.ReplaceLineEndings(""), Encoding.UTF8.GetString(bytes, 8, header).TrimEnd(' '));
        Assert.Equal(0, (8 + header) % 64);
        Assert.Equal([0, 0, 0, 0x40, 0, 0, 0x80, 0x3f, 0x80, 0x3f, 0, 0x3c, 9], bytes[(8 + header)..]);
    }

    [Fact]
    public void TheOrderInWhichTensorsComeChangesNoByte()
    {
        SafetensorsTensor[] tensors =
        [
            .. from index in Enumerable.Range(0, 20) select new SafetensorsTensor($"t{index}", [2], new float[] { index, -index }),
            .. from index in Enumerable.Range(0, 20) select new SafetensorsTensor($"i{index}", [1], new long[] { index }),
        ];
        string[] keys = [.. from index in Enumerable.Range(0, 10) select $"k{index}"];
        SafetensorsFile.Save(_folder.File, tensors, keys.ToDictionary(key => key, key => key + "!"));
        byte[] first = File.ReadAllBytes(_folder.File);
        SafetensorsFile.Save(_folder.File, tensors.Reverse(), keys.Reverse().ToDictionary(key => key, key => key + "!"));

        Assert.Equal(first, File.ReadAllBytes(_folder.File));
    }

    /// <summary>A surrogate pair is below U+FFFD in UTF-16, but its code point is above, and so are its bytes in UTF-8.</summary>
    [Fact]
    public void NamesAreOrderedByTheirBytesInUtf8()
    {
        SafetensorsFile.Save(_folder.File, [Tensor("\U0001F600", [1], (byte)2), Tensor("\uFFFD", [1], (byte)1)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(["\uFFFD", "\U0001F600"], file.Tensors.Keys);
        Assert.Equal([2], file.Read<byte>("\U0001F600").ToArray());
    }

    [Fact]
    public void TensorsAreListedInTheOrderOfTheirData()
    {
        const string Header =
            """
            {"a":{"dtype":"U8","shape":[1],"data_offsets":[2,3]},"e":{"dtype":"U8","shape":[0],"data_offsets":[2,2]},
            "b":{"shape":[2],"dtype":"I8","data_offsets":[0,2]}}
            """;
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write(Header, 0xff, 2, 3));

        Assert.Equal(["b", "e", "a"], file.Tensors.Keys);
        Assert.Equal([-1, 2], file.Read<sbyte>("b").ToArray());
        Assert.Empty(file.Read<byte>("e").ToArray());
        Assert.Equal([3], file.Read<byte>("a").ToArray());
    }
}
