using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace OutputGrad.Storage;

/// <summary>
/// Spans over the tensors of a mapped file. This is the only place that turns the header's numbers into addresses: the header was checked
/// against the length that is mapped, so that every tensor lies in it, and a part is checked against its tensor.
/// </summary>
/// <param name="path">The file's name, for messages.</param>
/// <param name="map">The file, from its first byte to its last.</param>
/// <param name="header">Its header, checked.</param>
internal sealed class MappedTensors(string path, MappedFile map, SafetensorsHeader header) : IDisposable
{
    private readonly ConcurrentDictionary<string, Array> _alignedCopies = [];
    private bool _disposed;

    /// <summary>The header.</summary>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public SafetensorsHeader Header
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(SafetensorsFile));
            return header;
        }
    }

    /// <summary>A whole tensor, in place or, where it is not aligned, as a copy that is kept.</summary>
    public ReadOnlySpan<T> Whole<T>(string name)
        where T : unmanaged
    {
        TensorInfo tensor = Find<T>(name);
        int length = Length(tensor, tensor.ElementCount, "elements");
        if (IsAligned<T>(tensor))
        {
            return InPlace<T>(tensor, 0, length);
        }

        return (T[])_alignedCopies.GetOrAdd(name, _ => Copy<T>(tensor, 0, length));
    }

    /// <summary>A part of a tensor, in place or, where it is not aligned, as a new copy.</summary>
    public ReadOnlySpan<T> Part<T>(string name, long start, int length)
        where T : unmanaged
    {
        TensorInfo tensor = Find<T>(name);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, tensor.ElementCount);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, tensor.ElementCount - start);
        return IsAligned<T>(tensor) ? InPlace<T>(tensor, start, length) : Copy<T>(tensor, start, length);
    }

    /// <summary>The bytes of a whole tensor.</summary>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        TensorInfo tensor = Find(name);
        return InPlace<byte>(tensor, 0, Length(tensor, tensor.ByteCount, "bytes"));
    }

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public TensorInfo Find(string name, [CallerArgumentExpression(nameof(name))] string argument = "")
    {
        SafetensorsHeader all = Header;
        ArgumentNullException.ThrowIfNull(name, argument);
        return all.Tensors.TryGetValue(name, out TensorInfo? tensor)
            ? tensor
            : throw new KeyNotFoundException($"'{path}' has no tensor {SafetensorsFault.Quote(name)}; it has {ListOf(all)}.");
    }

    /// <summary>Ends the mapping.</summary>
    public void Dispose()
    {
        _disposed = true;
        _alignedCopies.Clear();
        map.Dispose();
    }

    private TensorInfo Find<T>(string name)
    {
        TensorInfo tensor = Find(name);
        return tensor.Format.Clr == typeof(T)
            ? tensor
            : throw new ArgumentException(
                $"Tensor {SafetensorsFault.Quote(name)} of '{path}' is {tensor.Format.Name}, which is read as "
                + $"{tensor.Format.Clr?.Name ?? "bytes, with ReadBytes"}, not as {typeof(T).Name}.", nameof(name));
    }

    /// <summary>The first names in their order, for a message; there may be thousands.</summary>
    private static string ListOf(SafetensorsHeader all)
    {
        const int Named = 5;
        IEnumerable<string> names = all.Tensors.Keys.Order(StringComparer.Ordinal).Take(Named).Select(SafetensorsFault.Quote);
        string rest = all.Tensors.Count > Named ? $" and {all.Tensors.Count - Named} more" : "";
        return all.Tensors.Count == 0 ? "none" : string.Join(", ", names) + rest;
    }

    private int Length(TensorInfo tensor, long count, string unit) => count <= int.MaxValue
        ? (int)count
        : throw new NotSupportedException(
            $"Tensor {SafetensorsFault.Quote(tensor.Name)} of '{path}' has {count} {unit}; a span has at most {int.MaxValue}. "
            + "Read it in parts.");

    private unsafe bool IsAligned<T>(TensorInfo tensor)
        where T : unmanaged =>
        tensor.ByteCount == 0 || (nuint)map.At(header.DataStart + tensor.Begin) % (nuint)sizeof(T) == 0;

    private unsafe ReadOnlySpan<T> InPlace<T>(TensorInfo tensor, long start, int length)
        where T : unmanaged =>
        length == 0 ? [] : new(map.At(header.DataStart + tensor.Begin + start * sizeof(T)), length);

    private unsafe T[] Copy<T>(TensorInfo tensor, long start, int length)
        where T : unmanaged
    {
        T[] copy = GC.AllocateUninitializedArray<T>(length);
        fixed (T* target = copy)
        {
            long bytes = (long)length * sizeof(T);
            Buffer.MemoryCopy(map.At(header.DataStart + tensor.Begin + start * sizeof(T)), target, bytes, bytes);
        }

        return copy;
    }
}
