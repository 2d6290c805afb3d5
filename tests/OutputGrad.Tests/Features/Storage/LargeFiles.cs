using OutputGrad.Storage;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>
/// Offsets beyond 32 bits, in a file of more than 8 GiB that takes almost no room: all but a few of its bytes were never written.
/// </summary>
public sealed class LargeFiles : IDisposable
{
    // 2^31 + 2 numbers are two more than a span has, and 17 bytes follow them
    private const long Elements = (1L << 31) + 2;
    private const long TailStart = Elements * sizeof(float);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TensorsBeyondFourGibibytesAreRead()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Sparse());

        Assert.Equal([Elements], file.Tensors["large"].Shape);
        Assert.Equal(TailStart, file.Tensors["large"].ByteCount);
        Assert.Equal([1.5f, -2.5f], file.Read<float>("tail"));
        Assert.Equal([42], file.Read<byte>("last").ToArray());
        Assert.Equal([0f, 7f], file.Read<float>("large", Elements - 2, 2));
        Assert.Equal([0f], file.Read<float>("large", 1L << 30, 1));
        Assert.Equal([1.5f, -2.5f], file.Layer("matrix").Weights.ToArray().Concat(file.Layer("tail-matrix").Weights.ToArray()));
    }

    [Fact]
    public void WhatIsMoreThanASpanHoldsSaysSo()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Sparse());

        Assert.Contains("'large'", Assert.Throws<NotSupportedException>(() => file.Read<float>("large").Length).Message);
        Assert.Contains(
            $"has {TailStart} bytes; a span has at most 2147483647",
            Assert.Throws<NotSupportedException>(() => file.ReadBytes("large").Length).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read<float>("large", Elements - 1, 2).Length);
        Assert.Equal(int.MaxValue, file.Read<float>("large", 0, int.MaxValue).Length);
    }

    [Fact]
    public void TheLongestSpanIsRead()
    {
        const string Header = """{"longest":{"dtype":"U8","shape":[2147483647],"data_offsets":[0,2147483647]}}""";
        using SafetensorsFile file = SafetensorsFile.Open(Sparse(Header, int.MaxValue));

        Assert.Equal(int.MaxValue, file.Read<byte>("longest").Length);
        Assert.Equal(int.MaxValue, file.ReadBytes("longest").Length);
    }

    [Fact]
    public void AFileThatIsCutShortIsRefused()
    {
        string path = Sparse();
        using (FileStream stream = new(path, FileMode.Open))
        {
            stream.SetLength(stream.Length - 1);
        }

        Assert.Contains("'last' ends at", Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path)).Message);
    }

    private string Sparse()
    {
        string header =
            $$$"""
            {"large":{"dtype":"F32","shape":[{{{Elements}}}],"data_offsets":[0,{{{TailStart}}}]},
            "matrix":{"dtype":"F32","shape":[0,5],"data_offsets":[{{{TailStart}}},{{{TailStart}}}]},
            "tail":{"dtype":"F32","shape":[2],"data_offsets":[{{{TailStart}}},{{{TailStart + 8}}}]},
            "tail-matrix":{"dtype":"F32","shape":[1,2],"data_offsets":[{{{TailStart + 8}}},{{{TailStart + 16}}}]},
            "last":{"dtype":"U8","shape":[1],"data_offsets":[{{{TailStart + 16}}},{{{TailStart + 17}}}]}}
            """;
        string path = Sparse(header, TailStart + 17);
        using FileStream stream = new(path, FileMode.Open);
        stream.Position = stream.Length - 17 - sizeof(float);
        foreach (float number in (float[])[7f, 1.5f, -2.5f, 1.5f, -2.5f])
        {
            stream.Write(BitConverter.GetBytes(number));
        }

        stream.WriteByte(42);
        return path;
    }

    /// <summary>A file with this header, and so many bytes behind it that were never written.</summary>
    private string Sparse(string header, long bytes)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows fills such a file with zeros.");
        string padded = header.PadRight((header.Length + 7) / 8 * 8);
        string path = _folder.Write(padded);
        using FileStream stream = new(path, FileMode.Open);
        try
        {
            stream.SetLength(8 + padded.Length + bytes);
        }
        catch (IOException error)
        {
            Assert.Skip($"The file system refuses so large a file: {error.Message}");
        }

        return path;
    }
}
