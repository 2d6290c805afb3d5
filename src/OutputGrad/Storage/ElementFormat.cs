namespace OutputGrad.Storage;

/// <summary>How the format spells an element type, how many bits it has, and which .NET type holds it.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Name">The <c>dtype</c> in the header.</param>
/// <param name="Bits">Bits per element.</param>
/// <param name="Clr">The type that <see cref="SafetensorsFile.Read{T}(string)"/> takes, or null if only bytes can be read.</param>
internal sealed record ElementFormat(TensorElementType Type, string Name, int Bits, Type? Clr)
{
    // in the order of the enumeration, which is the order of the reference implementation: narrower types first
    private static readonly ElementFormat[] All =
    [
        new(TensorElementType.Bool, "BOOL", 8, typeof(byte)),
        new(TensorElementType.F4, "F4", 4, null),
        new(TensorElementType.F6E2M3, "F6_E2M3", 6, null),
        new(TensorElementType.F6E3M2, "F6_E3M2", 6, null),
        new(TensorElementType.U8, "U8", 8, typeof(byte)),
        new(TensorElementType.I8, "I8", 8, typeof(sbyte)),
        new(TensorElementType.F8E5M2, "F8_E5M2", 8, typeof(byte)),
        new(TensorElementType.F8E4M3, "F8_E4M3", 8, typeof(byte)),
        new(TensorElementType.F8E8M0, "F8_E8M0", 8, typeof(byte)),
        new(TensorElementType.I16, "I16", 16, typeof(short)),
        new(TensorElementType.U16, "U16", 16, typeof(ushort)),
        new(TensorElementType.F16, "F16", 16, typeof(Half)),
        new(TensorElementType.BF16, "BF16", 16, typeof(ushort)),
        new(TensorElementType.I32, "I32", 32, typeof(int)),
        new(TensorElementType.U32, "U32", 32, typeof(uint)),
        new(TensorElementType.F32, "F32", 32, typeof(float)),
        new(TensorElementType.C64, "C64", 64, null),
        new(TensorElementType.F64, "F64", 64, typeof(double)),
        new(TensorElementType.I64, "I64", 64, typeof(long)),
        new(TensorElementType.U64, "U64", 64, typeof(ulong)),
    ];

    private static readonly Dictionary<string, ElementFormat> ByName = All.ToDictionary(format => format.Name);

    /// <summary>The format of an element type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public static ElementFormat Of(TensorElementType type) => (uint)type < (uint)All.Length
        ? All[(int)type]
        : throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such element type.");

    /// <summary>The format that a header names, or null if there is none.</summary>
    public static ElementFormat? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The number of elements of a shape, or null if it does not fit in 64 bits.</summary>
    public static long? Count(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long dimension in shape)
        {
            if (dimension != 0 && count > long.MaxValue / dimension)
            {
                return null;
            }

            count *= dimension;
        }

        return count;
    }

    /// <summary>The bytes of so many elements, or null if they are no whole number of bytes or do not fit in 64 bits.</summary>
    public long? Bytes(long count)
    {
        UInt128 bits = (UInt128)count * (uint)Bits;
        return bits % 8 == 0 && bits / 8 <= long.MaxValue ? (long)(bits / 8) : null;
    }
}
