using System.Buffers.Binary;
using System.Collections.ObjectModel;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;

namespace OutputGrad.Storage;

/// <summary>The header of a file, checked: every tensor's range lies in the file, and the ranges fill it without gap or overlap.</summary>
/// <param name="Tensors">By name, in the order of their data.</param>
/// <param name="Metadata">Text to text, in the order of the header.</param>
/// <param name="DataStart">Where the tensors begin in the file.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, TensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    /// <summary>Bytes of the header's length, which comes first.</summary>
    public const int PrefixBytes = sizeof(long);

    /// <summary>The reference implementation's limit: a longer header is an attack, not a model.</summary>
    public const int MostBytes = 100_000_000;

    /// <summary>Reads and checks the header of a file. Nothing is allocated for a header that the file is too short for.</summary>
    /// <param name="file">The file.</param>
    /// <param name="length">Its length.</param>
    /// <param name="fault">Names the file in what is thrown.</param>
    /// <exception cref="InvalidDataException">It is not a header, or does not fit the file.</exception>
    public static SafetensorsHeader Read(SafeFileHandle file, long length, SafetensorsFault fault)
    {
        Span<byte> start = stackalloc byte[PrefixBytes + 1];
        if (length < start.Length)
        {
            throw fault.Because($"it has {length} bytes, fewer than a header's length and a header take.");
        }

        Fill(file, start, 0, fault);
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (headerBytes > MostBytes)
        {
            throw fault.Because($"it announces a header of {headerBytes} bytes; {MostBytes} are the most.");
        }

        long dataStart = PrefixBytes + (long)headerBytes;
        if (dataStart > length)
        {
            throw fault.Because($"it announces a header of {headerBytes} bytes but has {length} bytes in all.");
        }

        if (headerBytes == 0 || start[PrefixBytes] != '{')
        {
            throw fault.Because("its header does not begin with '{'.");
        }

        byte[] json = new byte[headerBytes];
        Fill(file, json, PrefixBytes, fault);
        if (!Utf8.IsValid(json))
        {
            throw fault.Because("its header is not UTF-8.");
        }

        (List<TensorInfo> tensors, Dictionary<string, string> metadata) = new HeaderParser(json, fault).Parse();
        return new(InOrder(tensors, length - dataStart, fault), metadata.AsReadOnly(), dataStart);
    }

    private static ReadOnlyDictionary<string, TensorInfo> InOrder(List<TensorInfo> tensors, long dataBytes, SafetensorsFault fault)
    {
        // the sort is stable, so that empty tensors at one place keep the order of the header
        OrderedDictionary<string, TensorInfo> ordered = new(tensors.Count);
        long end = 0;
        foreach (TensorInfo tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.End > dataBytes)
            {
                throw fault.Of(tensor.Name, $"ends at {tensor.End}, but the file has {dataBytes} bytes of data.");
            }

            if (tensor.Begin != end)
            {
                string fit = tensor.Begin < end ? "overlaps the one before it" : "leaves a gap after the one before it";
                throw fault.Of(tensor.Name, $"{fit}: it begins at {tensor.Begin}, and should begin at {end}.");
            }

            end = tensor.End;
            ordered.Add(tensor.Name, tensor);
        }

        return end == dataBytes
            ? new(ordered)
            : throw fault.Because($"its tensors have {end} bytes, but the file has {dataBytes} bytes of data.");
    }

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long offset, SafetensorsFault fault)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file, bytes, offset);
            if (read == 0)
            {
                throw fault.Because($"it ended at {offset} while its header was read.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }
}
