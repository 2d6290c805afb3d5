namespace OutputGrad.Storage;

/// <summary>Writes a file whole or not at all: beside its final name, flushed to the disk, then renamed over it.</summary>
internal static class ReplacedFile
{
    /// <summary>Writes or replaces a file. If writing throws, the file of that name stays as it was, and nothing is left behind.</summary>
    /// <param name="path">The file; a symbolic link stays, and what it points to is replaced.</param>
    /// <param name="write">Writes the content.</param>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Target(path);
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        FileStream stream = new(temporary, Options(target));
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static string Target(string path)
    {
        FileInfo file = new(path);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    /// <summary>A new file of the old one's permissions: what only its owner may read stays so.</summary>
    private static FileStreamOptions Options(string target)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && File.Exists(target))
        {
            options.UnixCreateMode = File.GetUnixFileMode(target);
        }

        return options;
    }
}
