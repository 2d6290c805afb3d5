using System.IO.MemoryMappedFiles;

namespace OutputGrad.Storage;

/// <summary>
/// A file mapped into memory for reading, from its first byte to a fixed length. The address comes from the operating system's mapping,
/// which begins at a page; callers keep within the length.
/// </summary>
/// <remarks>
/// The pointer holds a reference on the view for as long as this object is not disposed, and there is no finalizer: spans do not keep an
/// object alive, so a mapping that is forgotten must stay. It costs addresses, not memory, and ends with the process.
/// </remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private byte* _start;

    /// <summary>Maps a file.</summary>
    /// <param name="stream">The file, open for reading; disposed with this object.</param>
    /// <param name="length">How many of its bytes to map, at least 1.</param>
    public MappedFile(FileStream stream, long length)
    {
        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        try
        {
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += _view.PointerOffset;
        }
        catch
        {
            _view?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>The address of a byte. Valid until <see cref="Dispose"/>.</summary>
    /// <param name="offset">Its place in the file, below the length that is mapped.</param>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public byte* At(long offset)
    {
        byte* start = _start;
        ObjectDisposedException.ThrowIf(start is null, typeof(SafetensorsFile));
        return start + offset;
    }

    /// <summary>Ends the mapping. May be called again.</summary>
    public void Dispose()
    {
        if (_start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        _view.Dispose();
        _file.Dispose();
    }
}
