using System.Numerics.Tensors;
using OutputGrad;

namespace Interop;

/// <summary>System.Numerics.Tensors: a dense tensor is a span, and a span is a tensor; nothing is copied.</summary>
internal static class TensorSpans
{
    public static void Run(Flowers flowers)
    {
        Tensor<float> hidden = Tensor.Create(flowers.Measures, [flowers.Rows, Flowers.Features]);
        Tensor<float> weights = Tensor.Create(new float[Flowers.Kinds.Length * Flowers.Features], [Flowers.Kinds.Length, Flowers.Features]);
        float[] probabilities = new float[flowers.Rows * Flowers.Kinds.Length];

        LinearSoftmax.Probabilities(new OutputLayer<float>(SpanOf(weights)), SpanOf(hidden), flowers.Rows, probabilities);

        ReadOnlyTensorSpan<float> result = new(probabilities, [flowers.Rows, Flowers.Kinds.Length]);
        Console.WriteLine($"TensorSpan: of weights of zero, row 0 has {result[0, 0]:F4}, {result[0, 1]:F4} and {result[0, 2]:F4}");
    }

    /// <summary>The numbers of a tensor whose rows lie one behind the other.</summary>
    private static ReadOnlySpan<float> SpanOf(Tensor<float> tensor) =>
        tensor.TryGetSpan([0, 0], checked((int)tensor.FlattenedLength), out Span<float> span)
            ? span
            : throw new ArgumentException("The tensor is not dense: copy it by FlattenTo first.", nameof(tensor));
}
