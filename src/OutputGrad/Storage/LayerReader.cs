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
            _ => throw NotReadable(weights),
        };
    }

    private static ReadOnlySpan<float> Bias(MappedTensors tensors, TensorInfo? bias) => bias switch
    {
        null => [],
        { ElementType: TensorElementType.F32 } => tensors.Whole<float>(bias.Name),
        _ => throw NotReadable(bias),
    };

    private static NotSupportedException NotReadable(TensorInfo tensor) =>
        new($"A layer of float is read in place from F32, but the file has {tensor}. Read the tensor and convert it.");
}
