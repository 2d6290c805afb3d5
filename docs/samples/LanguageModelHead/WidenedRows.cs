using System.Numerics.Tensors;
using OutputGrad.Storage;

namespace LanguageModelHead;

/// <summary>Rows of a matrix of F32, F16 or BF16 in a file, in single precision, which has every number of the other two.</summary>
internal sealed class WidenedRows(SafetensorsFile file, TensorInfo matrix)
{
    private float[] _widened = [];

    /// <returns>The rows, valid until the next call: those of F32 in place, others widened.</returns>
    public ReadOnlySpan<float> Read(int first, int count)
    {
        long start = first * matrix.Shape[1];
        int length = (int)(count * matrix.Shape[1]);
        if (matrix.ElementType == TensorElementType.F32)
        {
            return file.Read<float>(matrix.Name, start, length);
        }

        if (_widened.Length < length)
        {
            _widened = new float[length];
        }

        Span<float> widened = _widened.AsSpan(0, length);
        if (matrix.ElementType == TensorElementType.F16)
        {
            TensorPrimitives.ConvertToSingle(file.Read<Half>(matrix.Name, start, length), widened);
        }
        else
        {
            BFloat16.Widen(file.Read<ushort>(matrix.Name, start, length), widened);
        }

        return widened;
    }
}
