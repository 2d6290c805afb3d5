using System.Text;
using System.Text.Json;
using OutputGrad.Storage;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>
/// Random files, and random changes to good ones: a file is refused with the documented exception, or all of its tensors can be read and
/// fill the data without gap or overlap by a second reading of the header.
/// </summary>
public sealed class HeaderFuzzing : IDisposable
{
    private const int Cases = 2_000;

    // pieces that mean something to the format, put where they do not belong
    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "0", "-1", "1", "2", "4", "8", "16",
        "9223372036854775807", "18446744073709551615",
        "4294967296", "1e9", "0.5", "null", "true", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\"F32\"", "\"U8\"",
        "\"F4\"", "\"\"", " ", "\n",
        "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}", "[0,0]", "[[[[", "\ufeff", "\0",
    ];

    private static readonly string[] Headers =
    [
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}  """,
        """
        {"__metadata__":{"k":"v","l":""},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},
        "b":{"dtype":"F16","shape":[],"data_offsets":[8,10]}}
        """,
        """{"x":{"data_offsets":[0,0],"shape":[3,0],"dtype":"F64"},"y":{"shape":[4,2],"data_offsets":[0,4],"dtype":"F4"}}""",
        "{}",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void ChangedHeadersAreRefusedOrReadWhole(int seed)
    {
        Random random = new(seed);
        int accepted = 0, refused = 0;
        for (int round = 0; round < Cases; round++)
        {
            string header = Headers[random.Next(Headers.Length)];
            for (int changes = random.Next(4); changes >= 0; changes--)
            {
                header = Changed(header, random);
            }

            byte[] data = new byte[random.Next(3) == 0 ? random.Next(12) : header.Contains("\"F32\"") ? 10 : header.Length < 4 ? 0 : 4];
            accepted += IsAccepted(_folder.Write(header, data)) ? 1 : 0;
            refused = round + 1 - accepted;
        }

        Assert.InRange(accepted, Cases / 100, Cases);
        Assert.InRange(refused, Cases / 100, Cases);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void ChangedBytesAreRefusedOrReadWhole(int seed)
    {
        Random random = new(seed);
        byte[][] files =
        [
            File.ReadAllBytes(_folder.Write(Headers[0], new byte[4])),
            File.ReadAllBytes(_folder.Write(Headers[1], new byte[10])),
        ];
        for (int round = 0; round < Cases; round++)
        {
            byte[] bytes = [.. files[random.Next(2)]];
            for (int changes = random.Next(3); changes >= 0; changes--)
            {
                bytes[random.Next(random.Next(2) == 0 ? 9 : bytes.Length)] = (byte)random.Next(256);
            }

            IsAccepted(_folder.WriteBytes(bytes));
        }
    }

    [Theory]
    [InlineData(5)]
    public void RandomBytesAreRefusedOrReadWhole(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Cases; round++)
        {
            byte[] bytes = new byte[random.Next(100)];
            random.NextBytes(bytes);
            IsAccepted(random.Next(2) == 0 ? _folder.WriteBytes(bytes) : _folder.Write([(byte)'{', .. bytes], []));
        }
    }

    [Theory]
    [InlineData(6)]
    public void RandomPiecesAreRefusedOrReadWhole(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < Cases; round++)
        {
            StringBuilder header = new("{");
            for (int pieces = random.Next(30); pieces >= 0; pieces--)
            {
                header.Append(Pieces[random.Next(Pieces.Length)]);
            }

            IsAccepted(_folder.Write(header.ToString(), new byte[random.Next(3)]));
        }
    }

    private static string Changed(string header, Random random)
    {
        int place = random.Next(header.Length), end = random.Next(place, Math.Min(header.Length, place + 8));
        string piece = Pieces[random.Next(Pieces.Length)];
        return random.Next(6) switch
        {
            0 => header[..place] + header[end..],
            1 => header.Insert(place, piece),
            2 => header[..place] + piece + header[end..],
            3 => header.Insert(random.Next(header.Length), header[place..end]),
            4 => header + new string(' ', random.Next(9)),
            _ => string.Concat(header.Select(letter =>
                char.IsAsciiDigit(letter) && random.Next(8) == 0 ? (char)('0' + random.Next(10)) : letter)),
        };
    }

    /// <summary>
    /// Whether a file is opened; fails where it is refused without saying which file it is, or read otherwise than its header says.
    /// </summary>
    internal static bool IsAccepted(string path)
    {
        SafetensorsFile file;
        try
        {
            file = SafetensorsFile.Open(path);
        }
        catch (InvalidDataException error)
        {
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            return false;
        }

        using (file)
        {
            byte[] bytes = File.ReadAllBytes(path);
            int start = 8 + (int)BitConverter.ToInt64(bytes);
            using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
            int covered = 0;
            foreach (TensorInfo tensor in file.Tensors.Values)
            {
                JsonElement offsets = json.RootElement.GetProperty(tensor.Name).GetProperty("data_offsets");
                Assert.Equal(covered, offsets[0].GetInt32());
                covered = offsets[1].GetInt32();
                Assert.True(file.ReadBytes(tensor.Name).SequenceEqual(bytes.AsSpan((start + offsets[0].GetInt32())..(start + covered))));
            }

            Assert.Equal(bytes.Length - start, covered);
            return true;
        }
    }
}
