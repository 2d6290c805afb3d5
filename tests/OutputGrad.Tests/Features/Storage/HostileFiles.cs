using System.Text;
using OutputGrad.Storage;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>Files that break the format: each is refused with the one exception for it, which names the file and what is wrong.</summary>
public sealed class HostileFiles : IDisposable
{
    private const string Good =
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheFileThatTheOthersVaryIsRead()
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write(Good, 1, 2, 3, 4));

        Assert.Equal([3, 4], file.Read<byte>("b").ToArray());
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("02", "1 bytes")]
    [InlineData("0200000000000000", "8 bytes")]
    [InlineData("00000000000000007b", "begin with '{'")]
    [InlineData("02000000000000007b", "header of 2 bytes but has 9")]
    [InlineData("FFFFFFFFFFFFFFFF7b7d", "header of 18446744073709551615 bytes")]
    [InlineData("00000000000000807b7d", "header of 9223372036854775808 bytes")]
    [InlineData("FFFFFFFFFFFFFF7F7b7d", "header of 9223372036854775807 bytes")]
    [InlineData("01e1f505000000007b7d", "header of 100000001 bytes")]
    [InlineData("00e1f505000000007b7d", "header of 100000000 bytes but has 10")]
    [InlineData("0300000000000000207b7d", "begin with '{'")]
    [InlineData("0500000000000000efbbbf7b7d", "begin with '{'")]
    [InlineData("02000000000000005b5d", "begin with '{'")]
    [InlineData("02000000000000007b7d00", "have 0 bytes, but the file has 1")]
    public void FilesOfAFewBytes(string hex, string says) => Refused(_folder.WriteBytes(Convert.FromHexString(hex)), says);

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("{}{}", "not JSON")]
    [InlineData("{},", "not JSON")]
    [InlineData("{}\0\0", "not JSON")]
    [InlineData("{/**/}", "not JSON")]
    [InlineData("{\"a\"}", "not JSON")]
    [InlineData("{'a':1}", "not JSON")]
    [InlineData("{a:1}", "not JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},}", "not JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[01],\"data_offsets\":[0,0]}}", "not JSON")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[[[[]]]],\"data_offsets\":[0,0]}}", "not JSON of the form that the format allows")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"more\":{\"x\":{}}}}", "unknown field 'more'")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", "half of a surrogate pair")]
    [InlineData("{\"a\":{\"dtype\":\"\\udc00\",\"shape\":[0],\"data_offsets\":[0,0]}}", "half of a surrogate pair")]
    [InlineData("{\"a\":null}", "'a' is not described by an object")]
    [InlineData("{\"a\":[]}", "'a' is not described by an object")]
    [InlineData("{\"a\":{}}", "'a' has no dtype")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,0]}}", "'a' has no shape")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0]}}", "'a' has no data_offsets")]
    [InlineData("{\"a\":{\"dtype\":3,\"shape\":[0],\"data_offsets\":[0,0]}}", "dtype of tensor 'a' is not text")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}", "second or unknown field 'dtype'")]
    [InlineData("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"shape\":[0],\"data_offsets\":[0,0]}}", "second or unknown field 'shape'")]
    [InlineData("{\"a\":{\"dtype\":\"F33\",\"shape\":[0],\"data_offsets\":[0,0]}}", "unknown dtype 'F33'")]
    [InlineData("{\"a\":{\"dtype\":\"f32\",\"shape\":[0],\"data_offsets\":[0,0]}}", "unknown dtype 'f32'")]
    [InlineData("{\"__metadata__\":[]}", "__metadata__ is not an object")]
    [InlineData("{\"__metadata__\":{\"k\":1}}", "value that is not text, for the key 'k'")]
    [InlineData("{\"__metadata__\":{\"k\":{}}}", "value that is not text, for the key 'k'")]
    [InlineData("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}", "key 'k' occurs twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "name '__metadata__' occurs twice")]
    public void HeadersThatAreNotOfTheFormat(string header, string says) => Refused(_folder.Write(header), says);

    [Theory]
    [InlineData("[2]", "[0]", "data_offsets [0]")]
    [InlineData("[2]", "[0,1,2]", "data_offsets [0, 1, 2]")]
    [InlineData("[2]", "[2,0]", "data_offsets [2, 0]")]
    [InlineData("[2]", "\"0,2\"", "data_offsets of tensor 'a' is not an array")]
    [InlineData("[2]", "[-0,2]", "'-0' in its data_offsets")]
    [InlineData("[2]", "[0,-2]", "'-2' in its data_offsets")]
    [InlineData("[2]", "[0,2.0]", "'2.0' in its data_offsets")]
    [InlineData("[2]", "[0,2e0]", "'2e0' in its data_offsets")]
    [InlineData("[2]", "[0,9223372036854775808]", "'9223372036854775808' in its data_offsets")]
    [InlineData("[2]", "[0,\"2\"]", "'2' in its data_offsets")]
    [InlineData("[2]", "[0,null]", "'null' in its data_offsets")]
    [InlineData("[2]", "[0,9223372036854775807]", "9223372036854775807 bytes, from 0")]
    [InlineData("[9223372036854775807]", "[0,9223372036854775807]", "ends at 9223372036854775807, but the file has 4 bytes")]
    [InlineData("[4]", "[0,4]", "overlaps the one before it: it begins at 2, and should begin at 4")]
    [InlineData("[2]", "[2,4]", "'a' leaves a gap after the one before it: it begins at 2, and should begin at 0")]
    [InlineData("[1]", "[0,1]", "'b' leaves a gap after the one before it: it begins at 2, and should begin at 1")]
    [InlineData("[1]", "[1,2]", "'a' leaves a gap after the one before it: it begins at 1, and should begin at 0")]
    [InlineData("[3]", "[0,3]", "'b' overlaps the one before it: it begins at 2, and should begin at 3")]
    [InlineData("[0]", "[5,5]", "'b' leaves a gap after the one before it: it begins at 2, and should begin at 0")]
    [InlineData("[0]", "[1,1]", "begins at 1, and should begin at 0")]
    [InlineData("[3]", "[0,2]", "'a' has 2 bytes, from 0 to 2, but its U8 of shape [3] are 3 bytes")]
    [InlineData("[-2]", "[0,2]", "'-2' in its shape")]
    [InlineData("[-1,-2]", "[0,2]", "'-1' in its shape")]
    [InlineData("[0.5,4]", "[0,2]", "'0.5' in its shape")]
    [InlineData("{}", "[0,2]", "shape of tensor 'a' is not an array")]
    [InlineData("[4294967296,4294967296]", "[0,0]", "more elements than 64 bits count: shape [4294967296, 4294967296]")]
    [InlineData("[4294967297,4294967296,2]", "[0,2]", "more elements than 64 bits count")]
    [InlineData("[9223372036854775807,3]", "[0,2]", "more elements than 64 bits count")]
    [InlineData("[9223372036854775807,2,0]", "[0,0]", "more elements than 64 bits count")]
    public void RangesAndShapesThatDoNotFit(string shape, string offsets, string says)
    {
        string header = Good.Replace("\"shape\":[2],\"data_offsets\":[0,2]", $"\"shape\":{shape},\"data_offsets\":{offsets}");
        Refused(_folder.Write(header, 1, 2, 3, 4), says);
    }

    [Theory]
    [InlineData("F64", "[1152921504606846977]", "are no whole or no 64-bit number of bytes")]
    [InlineData("F32", "[4611686018427387905]", "are no whole or no 64-bit number of bytes")]
    [InlineData("F16", "[1]", "are 2 bytes")]
    [InlineData("F4", "[9]", "are no whole or no 64-bit number of bytes")]
    [InlineData("F6_E2M3", "[6]", "are no whole or no 64-bit number of bytes")]
    public void BytesThatOverflowOrAreNotWhole(string type, string shape, string says) =>
        Refused(_folder.Write($$$"""{"a":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":[0,4]}}""", 1, 2, 3, 4), says);

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5)]
    public void DataOfAnotherLength(int length) => Refused(_folder.Write(Good, new byte[length]), $"file has {length} bytes of data");

    [Fact]
    public void NamesThatOccurTwice()
    {
        Refused(_folder.Write(Good.Replace("\"b\"", "\"a\""), 1, 2, 3, 4), "name 'a' occurs twice");
        Refused(_folder.Write(Good.Replace("\"b\"", "\"\\u0061\""), 1, 2, 3, 4), "name 'a' occurs twice");
    }

    [Fact]
    public void HeadersCutAnywhere()
    {
        for (int length = 1; length < Good.Length; length++)
        {
            Refused(_folder.Write(Good[..length], 1, 2, 3, 4), "");
        }
    }

    [Fact]
    public void FilesCutAnywhere()
    {
        byte[] bytes = File.ReadAllBytes(_folder.Write(Good, 1, 2, 3, 4));
        for (int length = 0; length < bytes.Length; length++)
        {
            Refused(_folder.WriteBytes(bytes[..length]), "");
        }
    }

    [Fact]
    public void BytesThatAreNotUtf8()
    {
        byte[] header = Encoding.UTF8.GetBytes(Good);
        foreach (byte[] invalid in (byte[][])[[0x80], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80]])
        {
            Refused(_folder.Write([.. header[..3], .. invalid, .. header[3..]], [1, 2, 3, 4]), "not UTF-8");
        }
    }

    [Fact]
    public void DeepNestingAndHugeCounts()
    {
        const int Many = 1_000_000;
        Refused(_folder.Write(string.Concat(Enumerable.Repeat("{\"a\":", Many))), "unknown field 'a'");
        Refused(_folder.Write("{\"a\":" + new string('[', Many)), "not described by an object");
        Refused(_folder.Write("{\"a\":{\"shape\":" + new string('[', Many)), "");
        string dimensions = string.Concat(Enumerable.Repeat("1,", Many));
        Refused(_folder.Write($$$"""{"a":{"shape":[{{{dimensions}}}1]}}"""), "more than 64 numbers in its shape");
        Refused(_folder.Write(new string(' ', Many)), "begin with '{'");
        Refused(_folder.Write("{\"" + new string('n', Many) + "\":1}"), "'" + new string('n', 80) + "...' is not described");
    }

    [Theory]
    [InlineData(80, "")]
    [InlineData(81, "...")]
    public void NamesOfUpTo80CharactersAreShownWhole(int length, string cut) =>
        Refused(_folder.Write($"{{\"{new string('n', length)}\":1}}"), $"'{new string('n', 80)}{cut}' is not described");

    [Fact]
    public void TextOfTheFileInAMessageHasNoControlCharacters() =>
        Refused(_folder.Write("{\"a\\r\\n\\u001b\\u202e\":1}"), "'a????' is not described");

    [Fact]
    public void AThousandTensorsAndSixtyFourDimensionsAreNotTooMany()
    {
        string shape = string.Join(",", Enumerable.Repeat(1, 64));
        string header = "{" + string.Join(",", Enumerable.Range(0, 1000).Select(index =>
            $$$"""  "{{{index}}}" :{"dtype":"U8","shape":[{{{shape}}}],"data_offsets":[{{{index}}},{{{index + 1}}}]}""")) + "} \n";
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write(header, [.. Enumerable.Range(0, 1000).Select(index =>
            (byte)index)]));

        Assert.Equal(1000, file.Tensors.Count);
        Assert.Equal([unchecked((byte)777)], file.Read<byte>("777").ToArray());
    }

    private static void Refused(string path, string says)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));

        Assert.StartsWith($"'{path}' is not a valid safetensors file: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }
}
