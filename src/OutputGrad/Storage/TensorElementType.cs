namespace OutputGrad.Storage;

/// <summary>What the elements of a stored tensor are: the format's <c>dtype</c>, under the names that the format gives them.</summary>
public enum TensorElementType
{
    /// <summary><c>BOOL</c>: one byte, 0 or 1. Read as <see cref="byte"/>, because nothing in a file keeps other bytes out.</summary>
    Bool,

    /// <summary><c>F4</c>: two elements of 4 bits in a byte. Read as bytes only.</summary>
    F4,

    /// <summary><c>F6_E2M3</c>: 6 bits, 2 of them exponent. Read as bytes only.</summary>
    F6E2M3,

    /// <summary><c>F6_E3M2</c>: 6 bits, 3 of them exponent. Read as bytes only.</summary>
    F6E3M2,

    /// <summary><c>U8</c>: <see cref="byte"/>.</summary>
    U8,

    /// <summary><c>I8</c>: <see cref="sbyte"/>.</summary>
    I8,

    /// <summary><c>F8_E5M2</c>: 8 bits, 5 of them exponent. The bits are read as <see cref="byte"/>.</summary>
    F8E5M2,

    /// <summary><c>F8_E4M3</c>: 8 bits, 4 of them exponent. The bits are read as <see cref="byte"/>.</summary>
    F8E4M3,

    /// <summary><c>F8_E8M0</c>: 8 bits of exponent. The bits are read as <see cref="byte"/>.</summary>
    F8E8M0,

    /// <summary><c>I16</c>: <see cref="short"/>.</summary>
    I16,

    /// <summary><c>U16</c>: <see cref="ushort"/>.</summary>
    U16,

    /// <summary><c>F16</c>: <see cref="Half"/>.</summary>
    F16,

    /// <summary><c>BF16</c>: bfloat16, the upper half of a <see cref="float"/>. The bits are read as <see cref="ushort"/>.</summary>
    BF16,

    /// <summary><c>I32</c>: <see cref="int"/>.</summary>
    I32,

    /// <summary><c>U32</c>: <see cref="uint"/>.</summary>
    U32,

    /// <summary><c>F32</c>: <see cref="float"/>.</summary>
    F32,

    /// <summary><c>C64</c>: a complex number, two <see cref="float"/>. Read as bytes only.</summary>
    C64,

    /// <summary><c>F64</c>: <see cref="double"/>.</summary>
    F64,

    /// <summary><c>I64</c>: <see cref="long"/>.</summary>
    I64,

    /// <summary><c>U64</c>: <see cref="ulong"/>.</summary>
    U64,
}
