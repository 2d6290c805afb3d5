using System.Globalization;
using System.Text;
using System.Text.Json;
using OutputGrad.Storage;
using OutputGrad.Training.Minimization;

namespace OutputGrad.Training.Classification;

/// <summary>What a classifier's file holds: tensors, and the rest as text.</summary>
/// <remarks>
/// <code>
/// weight                    F32 [classes, features]
/// bias                      F32 [classes]
/// optimizer.first_moment    F32 [classes * features + classes]     where PartialFit was called
/// optimizer.second_moment   F32 [classes * features + classes]
/// metadata                  format, version, labels (a JSON array of strings), temperature, steps; weight_decay where it is not .01
/// </code>
/// </remarks>
internal sealed record ClassifierFile
{
    public const double DefaultWeightDecay = .01;

    private const string Format = "OutputGrad.SoftmaxClassifier";
    private const string Version = "1";
    private const string WeightName = "weight";
    private const string BiasName = "bias";
    private const string FirstMomentName = "optimizer.first_moment";
    private const string SecondMomentName = "optimizer.second_moment";

    public required string[] Labels { get; init; }

    public required float[] Weights { get; init; }

    public required float[] Bias { get; init; }

    public required double Temperature { get; init; }

    public required int Steps { get; init; }

    /// <summary>The optimizer's.</summary>
    public required double WeightDecay { get; init; }

    /// <summary>Empty before the first step.</summary>
    public required float[] FirstMoment { get; init; }

    public required float[] SecondMoment { get; init; }

    public int Features => Weights.Length / Labels.Length;

    public void Save(string path)
    {
        Dictionary<string, string> metadata = new()
        {
            ["format"] = Format,
            ["version"] = Version,
            ["labels"] = ToJson(Labels),
            ["temperature"] = Temperature.ToString("R", CultureInfo.InvariantCulture),
            ["steps"] = Steps.ToString(CultureInfo.InvariantCulture),
        };
        if (WeightDecay != DefaultWeightDecay)
        {
            metadata.Add("weight_decay", WeightDecay.ToString("R", CultureInfo.InvariantCulture));
        }

        List<SafetensorsTensor> tensors =
        [
            new(WeightName, [Labels.Length, Features], Weights),
            new(BiasName, [Labels.Length], Bias),
        ];
        if (Steps > 0)
        {
            tensors.Add(new(FirstMomentName, [FirstMoment.Length], FirstMoment));
            tensors.Add(new(SecondMomentName, [SecondMoment.Length], SecondMoment));
        }

        SafetensorsFile.Save(path, tensors, metadata);
    }

    /// <exception cref="InvalidDataException">It is not a classifier's file; the message says why.</exception>
    public static ClassifierFile Load(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("format") != Format)
        {
            throw Fault(path, $"its metadata have no format {Format}");
        }

        if (file.Metadata.GetValueOrDefault("version") is string version && version != Version)
        {
            throw Fault(path, $"it is of version {version}, and this library reads version {Version}");
        }

        string[] labels = FromJson(file.Metadata.GetValueOrDefault("labels"))
            ?? throw Fault(path, "its labels are no JSON array of strings");
        if (!double.TryParse(file.Metadata.GetValueOrDefault("temperature"), CultureInfo.InvariantCulture, out double temperature)
            || temperature <= 0 || !float.IsNormal((float)(1 / temperature)))
        {
            throw Fault(path, "its temperature is no number by which logits are divided");
        }

        if (!int.TryParse(file.Metadata.GetValueOrDefault("steps"), NumberStyles.None, CultureInfo.InvariantCulture, out int steps)
            || steps == int.MaxValue)
        {
            throw Fault(path, "its number of steps is none");
        }

        double weightDecay = DefaultWeightDecay;
        if (file.Metadata.GetValueOrDefault("weight_decay") is string decay
            && !(double.TryParse(decay, CultureInfo.InvariantCulture, out weightDecay)
                && weightDecay >= 0 && float.IsFinite((float)weightDecay)))
        {
            throw Fault(path, "its weight decay is none");
        }

        TensorInfo weight = file.Tensors.GetValueOrDefault(WeightName) ?? throw Fault(path, $"it has no tensor {WeightName}");
        if (weight.Shape.Count != 2 || weight.Shape[0] != labels.Length || labels.Length == 0 || weight.Shape[1] == 0)
        {
            throw Fault(path, $"it has {weight}, and {labels.Length} labels");
        }

        long parameters = labels.Length * (weight.Shape[1] + 1);
        return new()
        {
            Labels = labels,
            Weights = Read(file, path, WeightName, labels.Length * weight.Shape[1]),
            Bias = Read(file, path, BiasName, labels.Length),
            Temperature = temperature,
            Steps = steps,
            WeightDecay = weightDecay,
            FirstMoment = steps == 0 ? [] : Read(file, path, FirstMomentName, parameters),
            SecondMoment = steps == 0 ? [] : Read(file, path, SecondMomentName, parameters),
        };
    }

    private static float[] Read(SafetensorsFile file, string path, string name, long length)
    {
        TensorInfo tensor = file.Tensors.GetValueOrDefault(name) ?? throw Fault(path, $"it has no tensor {name}");
        if (tensor.ElementType != TensorElementType.F32 || tensor.Shape.Aggregate(1L, (product, size) => product * size) != length)
        {
            throw Fault(path, $"it has {tensor}, where {length} F32 are expected");
        }

        float[] numbers = file.Read<float>(name).ToArray();
        int bad = name == SecondMomentName ? Array.FindIndex(numbers, number => !(number >= 0 && float.IsFinite(number)))
            : NonFiniteNumbers.IndexIn<float, float>(numbers);
        return bad < 0 ? numbers : throw Fault(path, $"its {name} has {numbers[bad].ToString(CultureInfo.InvariantCulture)} at {bad}");
    }

    private static InvalidDataException Fault(string path, string reason) => new($"'{path}' is not a classifier's file: {reason}.");

    private static string ToJson(string[] labels)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartArray();
            foreach (string label in labels)
            {
                json.WriteStringValue(label);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string[]? FromJson(string? text)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text ?? string.Empty);
            return json.RootElement.ValueKind != JsonValueKind.Array ? null
                : [.. json.RootElement.EnumerateArray().Select(label => label.GetString() ?? throw new InvalidOperationException())];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
