using System.Text;
using System.Text.Json;

namespace OutputGrad.Storage;

/// <summary>
/// Parses the JSON of a header, which anyone may have written: <c>{"name": {"dtype": .., "shape": [..], "data_offsets": [begin, end]}, ..,
/// "__metadata__": {"key": "value", ..}}</c>. What it accepts has names without duplicates, known types, and for each tensor a range as
/// long as its shape says. Whether ranges fit together is for <see cref="SafetensorsHeader"/>.
/// </summary>
internal ref struct HeaderParser(ReadOnlySpan<byte> json, SafetensorsFault fault)
{
    /// <summary>The key of the map from text to text among the tensors' names.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>NumPy's limit; tensor libraries have fewer. It bounds what one entry of a hostile header can take.</summary>
    public const int MostDimensions = 64;

    private const int DeepestNesting = 3;

    private readonly SafetensorsFault _fault = fault;
    private readonly HashSet<string> _names = [];
    private readonly List<TensorInfo> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];
    private Utf8JsonReader _json = new(json, new JsonReaderOptions { MaxDepth = DeepestNesting });

    /// <summary>The tensors in the order of the header, and the metadata.</summary>
    /// <exception cref="InvalidDataException">The header is not what the format allows.</exception>
    public (List<TensorInfo> Tensors, Dictionary<string, string> Metadata) Parse()
    {
        try
        {
            Next();
            Expect(JsonTokenType.StartObject, "the header is not an object");
            while (Next() == JsonTokenType.PropertyName)
            {
                string name = Text();
                if (!_names.Add(name))
                {
                    throw _fault.Because($"the name {SafetensorsFault.Quote(name)} occurs twice in the header.");
                }

                Next();
                ParseEntry(name);
            }

            while (_json.Read())
            {
                // whitespace may follow the object; for anything else the reader throws
            }

            return (_tensors, _metadata);
        }
        catch (JsonException error)
        {
            throw _fault.Because($"the header is not JSON of the form that the format allows. {error.Message}", error);
        }
    }

    private void ParseEntry(string name)
    {
        if (name == MetadataKey)
        {
            ParseMetadata();
        }
        else
        {
            _tensors.Add(ParseTensor(name));
        }
    }

    private void ParseMetadata()
    {
        Expect(JsonTokenType.StartObject, $"{MetadataKey} is not an object");
        while (Next() == JsonTokenType.PropertyName)
        {
            string key = Text();
            Next();
            Expect(JsonTokenType.String, $"{MetadataKey} has a value that is not text, for the key {SafetensorsFault.Quote(key)}");
            if (!_metadata.TryAdd(key, Text()))
            {
                throw _fault.Because($"the key {SafetensorsFault.Quote(key)} occurs twice in {MetadataKey}.");
            }
        }
    }

    private TensorInfo ParseTensor(string name)
    {
        Expect(JsonTokenType.StartObject, $"tensor {SafetensorsFault.Quote(name)} is not described by an object");
        string? type = null;
        long[]? shape = null, offsets = null;
        while (Next() == JsonTokenType.PropertyName)
        {
            string field = Text();
            Next();
            switch (field)
            {
                case "dtype" when type is null:
                    Expect(JsonTokenType.String, $"the dtype of tensor {SafetensorsFault.Quote(name)} is not text");
                    type = Text();
                    break;
                case "shape" when shape is null:
                    shape = Numbers(name, field);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers(name, field);
                    break;
                default:
                    throw _fault.Of(name, $"has a second or unknown field {SafetensorsFault.Quote(field)}.");
            }
        }

        return Describe(
            name,
            type ?? throw _fault.Of(name, "has no dtype."),
            shape ?? throw _fault.Of(name, "has no shape."),
            offsets ?? throw _fault.Of(name, "has no data_offsets."));
    }

    private readonly TensorInfo Describe(string name, string type, long[] shape, long[] offsets)
    {
        ElementFormat format = ElementFormat.Named(type) ?? throw _fault.Of(name, $"has the unknown dtype {SafetensorsFault.Quote(type)}.");
        if (offsets is not [long begin, long end] || begin > end)
        {
            throw _fault.Of(name, $"has data_offsets [{string.Join(", ", offsets)}]; they must be a begin and an end, in this order.");
        }

        string dimensions = string.Join(", ", shape);
        long count = ElementFormat.Count(shape) ?? throw _fault.Of(name, $"has more elements than 64 bits count: shape [{dimensions}].");
        long? bytes = format.Bytes(count);
        return bytes == end - begin
            ? new(name, format, shape, count, begin, end)
            : throw _fault.Of(name, $"has {end - begin} bytes, from {begin} to {end}, but its {type} of shape [{dimensions}] are "
                + (bytes is null ? "no whole or no 64-bit number of bytes." : $"{bytes} bytes."));
    }

    private long[] Numbers(string name, string field)
    {
        Expect(JsonTokenType.StartArray, $"the {field} of tensor {SafetensorsFault.Quote(name)} is not an array");
        List<long> numbers = [];
        while (Next() != JsonTokenType.EndArray)
        {
            if (numbers.Count == MostDimensions)
            {
                throw _fault.Of(name, $"has more than {MostDimensions} numbers in its {field}.");
            }

            if (_json.TokenType != JsonTokenType.Number || _json.ValueSpan[0] == '-' || !_json.TryGetInt64(out long number))
            {
                string found = SafetensorsFault.Quote(Encoding.UTF8.GetString(_json.ValueSpan));
                throw _fault.Of(name, $"has {found} in its {field}, which is not a whole number from 0 to {long.MaxValue}.");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw _fault.Because("a text in the header has half of a surrogate pair.", error);
        }
    }

    private JsonTokenType Next() =>
        _json.Read() ? _json.TokenType : throw _fault.Because("the header ends early.");

    private readonly void Expect(JsonTokenType type, string otherwise)
    {
        if (_json.TokenType != type)
        {
            throw _fault.Because(otherwise + ".");
        }
    }
}
