namespace OutputGrad.Storage;

/// <summary>What a safetensors file says about one of its tensors. Immutable; it stays valid when the file is disposed.</summary>
public sealed class TensorInfo
{
    private readonly long[] _shape;

    internal TensorInfo(string name, ElementFormat format, long[] shape, long elementCount, long begin, long end)
    {
        _shape = shape;
        Name = name;
        Format = format;
        Shape = Array.AsReadOnly(shape);
        ElementCount = elementCount;
        Begin = begin;
        End = end;
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type of the elements.</summary>
    public TensorElementType ElementType => Format.Type;

    /// <summary>The dimensions, outermost first; elements are row-major. Empty for a single number. A dimension may be 0.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The product of the dimensions.</summary>
    public long ElementCount { get; }

    /// <summary>The length of the data.</summary>
    public long ByteCount => End - Begin;

    internal ElementFormat Format { get; }

    /// <summary>Where the data begins, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Where the data ends, counted from the end of the header.</summary>
    internal long End { get; }

    /// <summary>Name, type and shape, for example <c>lm_head.weight F32 [50257, 768]</c>.</summary>
    public override string ToString() => $"{Name} {Format.Name} [{string.Join(", ", _shape)}]";
}
