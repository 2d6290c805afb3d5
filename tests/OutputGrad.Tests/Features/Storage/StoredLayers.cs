using OutputGrad.Storage;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary><see cref="SafetensorsFile.Layer"/>: a layer in a file is the layer whose arrays were saved.</summary>
public sealed class StoredLayers : IDisposable
{
    private const int Rows = 7, Features = 19, Classes = 33;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public void ItsLossHasTheBitsOfTheArrays(bool hasBias, int shift)
    {
        Random random = new(5);
        float[] weights = Numbers(random, Classes * Features), bias = Numbers(random, Classes), hidden = Numbers(random, Rows * Features);
        int[] targets = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Classes))];
        float[] expectedRows = new float[Rows], rows = new float[Rows];
        using SafetensorsFile file = SafetensorsFile.Open(
            _folder.WriteLayer(shift, (StoredFormat.Full, weights), (StoredFormat.Full, bias)));
        CrossEntropyResult expected = LinearCrossEntropy.Loss(
            new(weights, hasBias ? bias : []), new LabeledBatch<float>(hidden, targets), rows: new() { Losses = expectedRows });

        CrossEntropyResult actual = LinearCrossEntropy.Loss(
            file.Layer("weight", hasBias ? "bias" : null), new LabeledBatch<float>(hidden, targets), rows: new() { Losses = rows });

        Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Loss), BitConverter.DoubleToInt64Bits(actual.Loss));
        Assert.Equal(expectedRows.Select(BitConverter.SingleToInt32Bits), rows.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void ItLiesInTheFile()
    {
        SafetensorsFile.Save(_folder.File, [new("w", [3, 2], new float[6]), new("b", [3], new float[3])]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.True(file.Layer("w", "b").Weights == file.Read<float>("w"));
        Assert.True(file.Layer("w", "b").Bias == file.Read<float>("b"));
        Assert.True(file.Layer("w").Bias.IsEmpty);
    }

    [Fact]
    public void ShapesThatAreNoLayerAreRefused()
    {
        SafetensorsFile.Save(
            _folder.File, [new("matrix", [2, 3], new float[6]), new("cube", [2, 3, 1], new float[6]), new("vector", [3], new float[3])]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Refused("weightsName", "cube F32 [2, 3, 1]", () => file.Layer("cube").Weights.Length);
        Refused("weightsName", "vector F32 [3]", () => file.Layer("vector", "vector").Weights.Length);
        Refused("biasName", "vector F32 [3]", () => file.Layer("matrix", "vector").Weights.Length);
        Refused("biasName", "matrix F32 [2, 3]", () => file.Layer("matrix", "matrix").Weights.Length);
        Assert.Contains("'none'", Assert.Throws<KeyNotFoundException>(() => file.Layer("none").Weights.Length).Message);
        Assert.Contains("'none'", Assert.Throws<KeyNotFoundException>(() => file.Layer("matrix", "none").Weights.Length).Message);
        Assert.Throws<ArgumentNullException>("weightsName", () => file.Layer(null!).Weights.Length);
    }

    private static void Refused(string argument, string says, Func<object> call)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(argument, call);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static float[] Numbers(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 4 - 2)];
}
