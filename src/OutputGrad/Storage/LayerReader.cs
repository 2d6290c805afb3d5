using System.Runtime.InteropServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Storage;

/// <summary>Finds the two tensors of an output layer in a file and reads them as one.</summary>
internal static class LayerReader
{
    /// <summary>The layer whose weights and bias have these names.</summary>
    public static OutputLayer<float> Read(MappedTensors tensors, string weightsName, string? biasName)
    {
        TensorInfo weights = tensors.Find(weightsName);
        TensorInfo? bias = biasName is null ? null : tensors.Find(biasName);
        if (weights.Shape.Count != 2)
        {
            throw new ArgumentException($"Weights have the shape [classes, features], but the file has {weights}.", nameof(weightsName));
        }

        if (bias is not null && (bias.Shape.Count != 1 || bias.Shape[0] != weights.Shape[0]))
        {
            throw new ArgumentException(
                $"The bias of {weights} has the shape [{weights.Shape[0]}], but the file has {bias}.", nameof(biasName));
        }

        return weights.ElementType switch
        {
            TensorElementType.F32 => new(tensors.Whole<float>(weightsName), Bias(tensors, bias)),
            TensorElementType.F16 => OutputLayer<float>.FromHalf(tensors.Whole<Half>(weightsName), Bias(tensors, bias)),
            TensorElementType.BF16 => OutputLayer<float>.FromBFloat16(tensors.Whole<ushort>(weightsName), Bias(tensors, bias)),
            _ => throw NotReadable(weights),
        };
    }

    /// <summary>A bias of 16 bits is copied: it is as long as one column of the weights.</summary>
    private static ReadOnlySpan<float> Bias(MappedTensors tensors, TensorInfo? bias)
    {
        switch (bias?.ElementType)
        {
            case null:
                return [];
            case TensorElementType.F32:
                return tensors.Whole<float>(bias.Name);
            case TensorElementType.F16:
                return Widened(tensors.Whole<Half>(bias.Name));
            case TensorElementType.BF16:
                return Widened(MemoryMarshal.Cast<ushort, BFloat16>(tensors.Whole<ushort>(bias.Name)));
            default:
                throw NotReadable(bias);
        }
    }

    private static float[] Widened<TStored>(ReadOnlySpan<TStored> numbers)
        where TStored : unmanaged
    {
        float[] widened = new float[numbers.Length];
        for (int i = 0; i < widened.Length; i++)
        {
            widened[i] = Widening.Number<TStored, float>(numbers[i]);
        }

        return widened;
    }

    private static NotSupportedException NotReadable(TensorInfo tensor) =>
        new($"A layer of float is read from F32, F16 or BF16, but the file has {tensor}. Read the tensor and convert it.");
}
