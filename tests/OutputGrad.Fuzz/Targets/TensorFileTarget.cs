using System.Runtime.InteropServices;
using OutputGrad.Fuzz.Problems;
using OutputGrad.Storage;
using OutputGrad.Tests.Features.Storage;

namespace OutputGrad.Fuzz.Targets;

/// <summary>
/// Bytes as a file of tensors: refused with the documented exception, or read whole as a second reading of its header says; and whatever in
/// it can be a layer is one that can be used.
/// </summary>
internal sealed class TensorFileTarget : FuzzTarget
{
    private const int MostFeatures = 64;

    private static readonly byte[] Good = GoodFile();

    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        byte[] bytes = input.Flag() ? FileReading.ReadChanges(input, Good) : FileReading.ReadFile(input);
        string path = memory.Folder.WriteBytes(bytes);
        if (HeaderFuzzing.IsAccepted(path))
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            string[] names = [.. file.Tensors.Keys.Take(3), "none"];
            foreach (string weights in names)
            {
                Read<T>(file, weights);
                UseAsLayer(file, weights, null);
                Array.ForEach(names, bias => UseAsLayer(file, weights, bias));
            }
        }
    }

    private static void Read<T>(SafetensorsFile file, string name)
        where T : unmanaged
    {
        try
        {
            T[] numbers = [.. file.Read<T>(name)];
            _ = file.Read<T>(name, 0, numbers.Length);
        }
        catch (Exception refusal) when (refusal is KeyNotFoundException or ArgumentException)
        {
        }
    }

    private static void UseAsLayer(SafetensorsFile file, string weightsName, string? biasName)
    {
        OutputLayer<float> layer;
        try
        {
            layer = file.Layer(weightsName, biasName);
        }
        catch (Exception refusal) when (refusal is KeyNotFoundException or ArgumentException or NotSupportedException)
        {
            return;
        }

        (long classes, long features) = (file.Tensors[weightsName].Shape[0], file.Tensors[weightsName].Shape[1]);
        if (classes > 0 && features is > 0 and <= MostFeatures)
        {
            LinearSoftmax.TopK(layer, new float[(int)features], 1, new int[1], new float[1]);
        }
    }

    private static byte[] GoodFile()
    {
        using TemporaryFolder folder = new();
        float[] numbers = [1, 2, 3, 4, 5, 6];
        SafetensorsFile.Save(
            folder.File,
            [
                new("w", [3, 2], (ReadOnlyMemory<float>)numbers),
                new("b", [3], (ReadOnlyMemory<float>)numbers.AsMemory(0, 3)),
                new("h", [3, 2], (ReadOnlyMemory<Half>)Array.ConvertAll(numbers, number => (Half)number)),
                new("bytes", [5], (ReadOnlyMemory<byte>)MemoryMarshal.AsBytes<float>(numbers)[..5].ToArray()),
            ],
            new Dictionary<string, string> { ["made by"] = "a test" });
        return File.ReadAllBytes(folder.File);
    }
}
