using OutputGrad.Storage;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>How many bits an element of each type has, by the format's table of element types.</summary>
public static class ElementTypeBits
{
    public static TheoryData<TensorElementType, int> All => new()
    {
        { TensorElementType.Bool, 8 },
        { TensorElementType.F4, 4 },
        { TensorElementType.F6E2M3, 6 },
        { TensorElementType.F6E3M2, 6 },
        { TensorElementType.U8, 8 },
        { TensorElementType.I8, 8 },
        { TensorElementType.F8E5M2, 8 },
        { TensorElementType.F8E4M3, 8 },
        { TensorElementType.F8E8M0, 8 },
        { TensorElementType.I16, 16 },
        { TensorElementType.U16, 16 },
        { TensorElementType.F16, 16 },
        { TensorElementType.BF16, 16 },
        { TensorElementType.I32, 32 },
        { TensorElementType.U32, 32 },
        { TensorElementType.F32, 32 },
        { TensorElementType.C64, 64 },
        { TensorElementType.F64, 64 },
        { TensorElementType.I64, 64 },
        { TensorElementType.U64, 64 },
    };
}
