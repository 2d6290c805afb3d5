using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Features.Storage;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Bytes as a saved classifier: refused with the documented exception, or one that predicts, learns and is saved again.</summary>
internal sealed class ClassifierFileTarget : FuzzTarget
{
    private const int MostNumbers = 1 << 12;

    private static readonly byte[] Untrained = Saved(steps: 0), Trained = Saved(steps: 2);

    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        byte[] bytes = input.Below(4) switch
        {
            0 => FileReading.ReadFile(input),
            1 => FileReading.ReadChanges(input, Untrained),
            _ => FileReading.ReadChanges(input, Trained),
        };
        string path = memory.Folder.WriteBytes(bytes);
        SoftmaxClassifier<string> classifier;
        try
        {
            classifier = SoftmaxClassifier<string>.Load(path);
        }
        catch (InvalidDataException)
        {
            return;
        }

        if (classifier.Features * classifier.Classes.Count <= MostNumbers)
        {
            Use(classifier, path);
        }
    }

    private static void Use(SoftmaxClassifier<string> classifier, string path)
    {
        float[] features = [.. Enumerable.Range(0, classifier.Features).Select(i => i / 8f)];
        Assert.Contains(classifier.Predict(features).Label, classifier.Classes);
        classifier.Save(path);
        SoftmaxClassifier<string> again = SoftmaxClassifier<string>.Load(path);
        Assert.Equal(classifier.Classes, again.Classes);
        Assert.Equal(classifier.Temperature, again.Temperature);
        Exactly.SameBits<float>(classifier.Weights, again.Weights, "weights");
        classifier.PartialFit(features, [classifier.Classes[^1]]);
        again.PartialFit(features, [classifier.Classes[^1]]);
        Assert.Equal(classifier.Weights.ToArray(), again.Weights.ToArray());
        Assert.Equal(classifier.Bias.ToArray(), again.Bias.ToArray());
    }

    private static byte[] Saved(int steps)
    {
        using TemporaryFolder folder = new();
        SoftmaxClassifier<string> classifier = new(3, ["a", "b \"c\"", "\u00e4"]);
        for (int step = 0; step < steps; step++)
        {
            classifier.PartialFit([1, 2, 3, -1, 0, 1], ["a", "\u00e4"]);
        }

        classifier.Save(folder.File);
        return File.ReadAllBytes(folder.File);
    }
}
