namespace OutputGrad.Storage;

/// <summary>
/// A tensor to be saved: a name, a shape, and memory that holds the elements row-major. The memory is read when the file is saved.
/// </summary>
public sealed class SafetensorsTensor
{
    private readonly long[] _shape;

    /// <summary>A tensor of F32.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a single number.</param>
    /// <param name="elements">The elements, row-major, as many as the product of the dimensions.</param>
    /// <exception cref="ArgumentException">
    /// A dimension is negative, there are more than 64, or their product is not the number of elements; or the name has half of a surrogate
    /// pair or is <c>__metadata__</c>, which the format reserves.
    /// </exception>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<float> elements)
        : this(name, TensorElementType.F32, shape, new TensorData<float>(elements))
    {
    }

    /// <summary>A tensor of F64.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})"/>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<double> elements)
        : this(name, TensorElementType.F64, shape, new TensorData<double>(elements))
    {
    }

    /// <summary>A tensor of F16.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})"/>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<Half> elements)
        : this(name, TensorElementType.F16, shape, new TensorData<Half>(elements))
    {
    }

    /// <summary>A tensor of I32.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})"/>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<int> elements)
        : this(name, TensorElementType.I32, shape, new TensorData<int>(elements))
    {
    }

    /// <summary>A tensor of I64.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})"/>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<long> elements)
        : this(name, TensorElementType.I64, shape, new TensorData<long>(elements))
    {
    }

    /// <summary>A tensor of U8.</summary>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})"/>
    public SafetensorsTensor(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> elements)
        : this(name, TensorElementType.U8, shape, new TensorData<byte>(elements))
    {
    }

    private SafetensorsTensor(string name, TensorElementType type, ReadOnlySpan<long> shape, TensorData data)
    {
        SavedText.Check(name, nameof(name));
        if (name == HeaderParser.MetadataKey)
        {
            throw new ArgumentException($"The format reserves the name {HeaderParser.MetadataKey}.", nameof(name));
        }

        Name = name;
        Format = ElementFormat.Of(type);
        Data = data;
        _shape = shape.ToArray();
        CheckShape();
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public TensorElementType ElementType => Format.Type;

    /// <summary>The dimensions, outermost first.</summary>
    public IReadOnlyList<long> Shape => Array.AsReadOnly(_shape);

    internal ElementFormat Format { get; }

    internal TensorData Data { get; }

    /// <summary>A tensor of BF16 from the bits of its elements.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a single number.</param>
    /// <param name="bits">The bits of each element, row-major: the upper half of a <see cref="float"/>'s.</param>
    /// <returns>The tensor.</returns>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})" path="/exception"/>
    public static SafetensorsTensor FromBFloat16(string name, ReadOnlySpan<long> shape, ReadOnlyMemory<ushort> bits) =>
        new(name, TensorElementType.BF16, shape, new TensorData<ushort>(bits));

    /// <summary>A tensor of any type from its bytes.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="shape">The dimensions, outermost first; empty for a single number.</param>
    /// <param name="bytes">The elements, row-major and little-endian.</param>
    /// <returns>The tensor.</returns>
    /// <inheritdoc cref="SafetensorsTensor(string, ReadOnlySpan{long}, ReadOnlyMemory{float})" path="/exception"/>
    public static SafetensorsTensor FromBytes(string name, TensorElementType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes) =>
        new(name, type, shape, new TensorData<byte>(bytes));

    private void CheckShape()
    {
        string dimensions = string.Join(", ", _shape);
        if (_shape.Length > HeaderParser.MostDimensions || _shape.Any(dimension => dimension < 0))
        {
            throw new ArgumentException(
                $"Tensor {SafetensorsFault.Quote(Name)} has the shape [{dimensions}]: up to {HeaderParser.MostDimensions} dimensions, "
                + "none of them negative, are possible.", "shape");
        }

        long? bytes = ElementFormat.Count(_shape) is long count ? Format.Bytes(count) : null;
        if (bytes != Data.Bytes)
        {
            throw new ArgumentException(
                $"Tensor {SafetensorsFault.Quote(Name)} has {Data.Bytes} bytes, but {Format.Name} of shape [{dimensions}] "
                + (bytes is null ? "are no whole or no 64-bit number of bytes." : $"are {bytes} bytes."), "shape");
        }
    }
}
