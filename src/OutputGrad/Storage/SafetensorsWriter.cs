using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OutputGrad.Storage;

/// <summary>The bytes of a file from its tensors and metadata, in an order that depends on nothing but them.</summary>
internal sealed class SafetensorsWriter
{
    // a cache line, and the widest vector
    private const int Alignment = 64;

    private readonly SafetensorsTensor[] _tensors;
    private readonly KeyValuePair<string, string>[] _metadata;
    private readonly byte[] _header;

    /// <summary>Checks everything and prepares the header; nothing is written yet.</summary>
    /// <exception cref="ArgumentException">There can be no file of these tensors and metadata.</exception>
    public SafetensorsWriter(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        _tensors = [.. tensors];
        if (_tensors.Contains(null))
        {
            throw new ArgumentException("A tensor is null.", nameof(tensors));
        }

        Array.Sort(_tensors, Compare);
        CheckNames(nameof(tensors));
        _metadata = [.. metadata ?? new Dictionary<string, string>()];
        foreach ((string key, string value) in _metadata)
        {
            SavedText.Check(key, nameof(metadata));
            SavedText.Check(value, nameof(metadata));
        }

        Array.Sort(_metadata, (left, right) => SavedText.Compare(left.Key, right.Key));
        _header = Header();
    }

    /// <summary>Writes the file.</summary>
    public void Write(Stream stream)
    {
        stream.Write(_header);
        foreach (SafetensorsTensor tensor in _tensors)
        {
            tensor.Data.WriteTo(stream);
        }
    }

    private static int Compare(SafetensorsTensor left, SafetensorsTensor right)
    {
        int byType = right.ElementType.CompareTo(left.ElementType);
        return byType != 0 ? byType : SavedText.Compare(left.Name, right.Name);
    }

    private void CheckNames(string argument)
    {
        HashSet<string> names = new(_tensors.Length);
        foreach (SafetensorsTensor tensor in _tensors)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors have the name {SafetensorsFault.Quote(tensor.Name)}.", argument);
            }
        }
    }

    /// <summary>The length, the JSON, and as many spaces as it takes for the tensors to begin aligned.</summary>
    private byte[] Header()
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            WriteJson(writer);
        }

        long bytes = (SafetensorsHeader.PrefixBytes + (long)json.WrittenCount + Alignment - 1) / Alignment * Alignment;
        if (bytes - SafetensorsHeader.PrefixBytes > SafetensorsHeader.MostBytes)
        {
            throw new ArgumentException($"The header would have {json.WrittenCount} bytes; readers accept {SafetensorsHeader.MostBytes}.");
        }

        byte[] header = new byte[bytes];
        BinaryPrimitives.WriteInt64LittleEndian(header, bytes - SafetensorsHeader.PrefixBytes);
        json.WrittenSpan.CopyTo(header.AsSpan(SafetensorsHeader.PrefixBytes));
        header.AsSpan(SafetensorsHeader.PrefixBytes + json.WrittenCount).Fill((byte)' ');
        return header;
    }

    private void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (_metadata.Length > 0)
        {
            json.WriteStartObject(HeaderParser.MetadataKey);
            foreach ((string key, string value) in _metadata)
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        long offset = 0;
        foreach (SafetensorsTensor tensor in _tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype"u8, tensor.Format.Name);
            WriteNumbers(json, "shape"u8, tensor.Shape);
            long end = offset + tensor.Data.Bytes;
            WriteNumbers(json, "data_offsets"u8, [offset, end]);
            json.WriteEndObject();
            offset = end;
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<byte> field, IEnumerable<long> numbers)
    {
        json.WriteStartArray(field);
        foreach (long number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
