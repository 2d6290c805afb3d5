using System.Buffers.Binary;
using System.Text;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>A folder of its own for the files of one test, gone when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Directory = System.IO.Directory.CreateTempSubdirectory("outputgrad-storage-").FullName;

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>A path in it, for a file that is there or is to be.</summary>
    public string File => Path.Combine(Directory, "model.safetensors");

    /// <summary>The names of all files in it.</summary>
    public string[] Names => [.. System.IO.Directory.GetFiles(Directory).Select(path => Path.GetFileName(path)).Order()];

    /// <summary>Writes a file as the format describes it: the header's length, the header as it is given, the data.</summary>
    /// <param name="header">The header, UTF-16 here and UTF-8 in the file.</param>
    /// <param name="data">The data.</param>
    /// <returns>The path.</returns>
    public string Write(string header, params byte[] data) => Write(Encoding.UTF8.GetBytes(header), data);

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(byte[] header, byte[] data)
    {
        byte[] length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return WriteBytes([.. length, .. header, .. data]);
    }

    /// <summary>Writes a file of these bytes.</summary>
    public string WriteBytes(byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        return File;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
