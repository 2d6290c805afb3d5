using System.Runtime.InteropServices;
using OutputGrad.Storage;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>Layers in files of 16 bits are read in place, and are the layers of the widened numbers.</summary>
public sealed class StoredNarrowLayers : IDisposable
{
    private const int Rows = 7, Features = 19, Classes = 33;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The formats of weights and bias; null for no bias.</summary>
    public static TheoryData<StoredFormat, StoredFormat?> Formats
    {
        get
        {
            TheoryData<StoredFormat, StoredFormat?> formats = [];
            foreach (StoredFormat weights in Enum.GetValues<StoredFormat>())
            {
                formats.Add(weights, null);
                foreach (StoredFormat bias in Enum.GetValues<StoredFormat>())
                {
                    formats.Add(weights, bias);
                }
            }

            return formats;
        }
    }

    /// <summary>At even addresses, and at odd ones, at which tensors are copied.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void TheirResultsHaveTheBitsOfTheWidenedNumbers(StoredFormat weights, StoredFormat? bias)
    {
        LayerBatch<float> batch = new RandomBatches(7).NarrowLayer<float>(Rows, Classes, Features, (weights, StoredFormat.Full)) with
        {
            Bias = bias is null ? null : NarrowNumbers.Rounded(bias.Value, new RandomBatches(8).Anywhere<float>(Classes, 2)),
        };
        LayerOutcome<float> expected = batch.Widened().Run();
        for (int shift = 0; shift <= 5; shift++)
        {
            using SafetensorsFile file = SafetensorsFile.Open(
                _folder.WriteLayer(shift, (weights, batch.Weights), (bias ?? StoredFormat.Full, batch.Bias ?? new float[Classes])));
            LayerOutcome<float> actual = batch.Outcome(before: 0);
            OutputLayer<float> layer = file.Layer("weight", bias is null ? null : "bias");

            actual = actual with
            {
                Result = LinearCrossEntropy.LossAndGradient(
                    layer, batch.Labeled(), actual.Gradients(), batch.Options, actual.Rows.Destination),
            };

            Exactly.SameBits(expected, actual, $"at {shift}");
            Exactly.SameBits<float>(batch.Bias ?? [], layer.Bias, $"bias at {shift}");
        }
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void WeightsLieInTheFileWhereTheyAreAligned(int shift, bool isInPlace)
    {
        foreach (StoredFormat format in (StoredFormat[])[StoredFormat.Half, StoredFormat.BFloat16])
        {
            float[] numbers = new RandomBatches(9).Grid<float>(12, 1 / 8.0, 2);
            using SafetensorsFile file = SafetensorsFile.Open(
                _folder.WriteLayer(shift, (format, numbers), (format, new float[4])));
            OutputLayer<float> layer = file.Layer("weight");
            ReadOnlySpan<byte> weights = format == StoredFormat.Half
                ? MemoryMarshal.AsBytes(layer.HalfWeights)
                : MemoryMarshal.AsBytes(layer.BFloat16Weights);

            Assert.Equal(StoredNumbers.Bytes<float>(format, numbers).ToArray(), weights.ToArray());
            Assert.Equal(isInPlace, weights == file.ReadBytes("weight"));
            Assert.True(layer.Weights.IsEmpty && layer.Bias.IsEmpty);
        }
    }

    [Fact]
    public void LayersOfNoClassesAreRead()
    {
        SafetensorsFile.Save(
            _folder.File,
            [
                new("f16", [0, 3], Array.Empty<Half>()), SafetensorsTensor.FromBFloat16("bf16", [0, 3], Array.Empty<ushort>()),
                new("none", [0], Array.Empty<Half>()),
            ]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.True(file.Layer("f16", "none").HalfWeights.IsEmpty && file.Layer("bf16", "none").Bias.IsEmpty);
    }

    /// <summary>Also those of 16 bits that are none of these formats.</summary>
    [Fact]
    public void OtherTypesSaySo()
    {
        SafetensorsFile.Save(
            _folder.File,
            [
                new("f16", [2, 1], new Half[2]), new("f64", [2, 1], new double[2]), new("double bias", [2], new double[2]),
                SafetensorsTensor.FromBytes("i16", TensorElementType.I16, [2, 1], new byte[4]),
                SafetensorsTensor.FromBytes("u16", TensorElementType.U16, [2, 1], new byte[4]),
                SafetensorsTensor.FromBytes("u16 bias", TensorElementType.U16, [2], new byte[4]),
            ]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Refused("f64 F64 [2, 1]", () => file.Layer("f64").Weights.Length);
        Refused("i16 I16 [2, 1]", () => file.Layer("i16").Weights.Length);
        Refused("u16 U16 [2, 1]", () => file.Layer("u16").Weights.Length);
        Refused("double bias F64 [2]", () => file.Layer("f16", "double bias").Bias.Length);
        Refused("u16 bias U16 [2]", () => file.Layer("f16", "u16 bias").Bias.Length);
    }

    [Fact]
    public void ShapesThatAreNoLayerAreRefused()
    {
        SafetensorsFile.Save(
            _folder.File,
            [
                new("matrix", [2, 3], new Half[6]), new("vector", [6], new Half[6]),
                SafetensorsTensor.FromBFloat16("bias", [3], new ushort[3]),
            ]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        ArgumentException weights = Assert.Throws<ArgumentException>("weightsName", () => file.Layer("vector").HalfWeights.Length);
        ArgumentException bias = Assert.Throws<ArgumentException>("biasName", () => file.Layer("matrix", "bias").HalfWeights.Length);
        Assert.Contains("vector F16 [6]", weights.Message, StringComparison.Ordinal);
        Assert.Contains("bias BF16 [3]", bias.Message, StringComparison.Ordinal);
    }

    private static void Refused(string tensor, Func<object> call)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(call);
        Assert.Contains(tensor, error.Message, StringComparison.Ordinal);
        Assert.Contains("F32, F16 or BF16", error.Message, StringComparison.Ordinal);
    }
}
