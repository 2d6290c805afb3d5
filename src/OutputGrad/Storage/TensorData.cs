using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OutputGrad.Storage;

/// <summary>The elements of a tensor to be saved, whatever their type.</summary>
internal abstract class TensorData
{
    /// <summary>Their length in the file.</summary>
    public abstract long Bytes { get; }

    /// <summary>Writes them.</summary>
    public abstract void WriteTo(Stream stream);
}

/// <summary>Elements of one type.</summary>
/// <param name="elements">The memory; it is asked for its span part by part.</param>
internal sealed class TensorData<T>(ReadOnlyMemory<T> elements) : TensorData
    where T : unmanaged
{
    // up to 8 MiB at a time: the bytes of a whole memory may be more than a span has
    private const int ElementsPerWrite = 1 << 20;

    public override long Bytes => (long)elements.Length * Unsafe.SizeOf<T>();

    public override void WriteTo(Stream stream)
    {
        for (ReadOnlyMemory<T> rest = elements; !rest.IsEmpty;)
        {
            ReadOnlyMemory<T> part = rest[..Math.Min(ElementsPerWrite, rest.Length)];
            stream.Write(MemoryMarshal.AsBytes(part.Span));
            rest = rest[part.Length..];
        }
    }
}
