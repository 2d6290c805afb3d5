using System.Runtime.InteropServices;
using System.Text;

namespace Interop;

/// <summary>
/// A linear classifier as an ONNX model: probabilities = Softmax(Add(MatMul(features, weights), bias)). The numbers of fields are those of
/// onnx.proto, the encoding that of protocol buffers.
/// </summary>
internal static class OnnxExport
{
    private const int Float = 1, IrVersion = 8, Opset = 13;

    /// <summary>The file.</summary>
    /// <param name="weights">classes x features.</param>
    /// <param name="bias">One for each class.</param>
    /// <param name="features">How many numbers a vector has.</param>
    /// <param name="classes">How many labels.</param>
    /// <param name="temperature">What logits are divided by; weights and bias are divided by it instead.</param>
    public static byte[] Classifier(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int features, int classes, double temperature)
    {
        float[] transposed = new float[weights.Length], scaled = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            scaled[c] = (float)(bias[c] / temperature);
            for (int d = 0; d < features; d++)
            {
                transposed[(d * classes) + c] = (float)(weights[(c * features) + d] / temperature);
            }
        }

        Message graph = new Message()
            .Add(1, Node("MatMul", ["features", "weights"], "products"))
            .Add(1, Node("Add", ["products", "bias"], "logits"))
            .Add(1, Node("Softmax", ["logits"], "probabilities"))
            .Add(2, "classifier")
            .Add(5, Tensor("weights", [features, classes], transposed))
            .Add(5, Tensor("bias", [classes], scaled))
            .Add(11, Value("features", features))
            .Add(12, Value("probabilities", classes));
        return new Message()
            .Add(1, IrVersion)
            .Add(2, "OutputGrad")
            .Add(7, graph)
            .Add(8, new Message().Add(1, "").Add(2, Opset))
            .ToArray();
    }

    private static Message Node(string operation, string[] inputs, string output)
    {
        Message node = new();
        foreach (string input in inputs)
        {
            node.Add(1, input);
        }

        return node.Add(2, output).Add(4, operation);
    }

    private static Message Tensor(string name, int[] shape, float[] numbers)
    {
        Message tensor = new();
        foreach (int size in shape)
        {
            tensor.Add(1, size);
        }

        return tensor.Add(2, Float).Add(8, name).Add(9, MemoryMarshal.AsBytes(numbers.AsSpan()));
    }

    /// <summary>Any number of rows of so many numbers.</summary>
    private static Message Value(string name, int columns)
    {
        Message shape = new Message().Add(1, new Message().Add(2, "rows")).Add(1, new Message().Add(1, columns));
        return new Message().Add(1, name).Add(2, new Message().Add(1, new Message().Add(1, Float).Add(2, shape)));
    }

    /// <summary>Fields of protocol buffers, in the order in which they are added.</summary>
    private sealed class Message
    {
        private const int Number = 0, Bytes = 2;
        private readonly List<byte> _bytes = [];

        public Message Add(int field, long number) => Varint(((ulong)field << 3) | Number).Varint((ulong)number);

        public Message Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

        public Message Add(int field, Message message) => Add(field, message.ToArray());

        public Message Add(int field, ReadOnlySpan<byte> bytes)
        {
            Varint(((ulong)field << 3) | Bytes).Varint((ulong)bytes.Length)._bytes.AddRange(bytes);
            return this;
        }

        public byte[] ToArray() => [.. _bytes];

        /// <summary>Seven bits at a time, the lowest first.</summary>
        private Message Varint(ulong number)
        {
            for (; number > 127; number >>= 7)
            {
                _bytes.Add((byte)(number | 128));
            }

            _bytes.Add((byte)number);
            return this;
        }
    }
}
