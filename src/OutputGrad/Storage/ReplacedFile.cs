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
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $"{Path.GetRandomFileName()}.tmp");
        FileStream stream = Create(temporary, Permissions(target));
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

    /// <summary>Null where there is no such file, or no longer.</summary>
    private static UnixFileMode? Permissions(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A new file of the old one's permissions: what only its owner may read stays so, and what others may write too.</summary>
    private static FileStream Create(string path, UnixFileMode? permissions)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (OperatingSystem.IsWindows() || permissions is not { } mode)
        {
            return new(path, options);
        }

        // the process's mask takes permissions away from a new file, not from one that is there
        options.UnixCreateMode = mode;
        FileStream stream = new(path, options);
        File.SetUnixFileMode(stream.SafeFileHandle, mode);
        return stream;
    }
}
