using System.Runtime.InteropServices;
using OutputGrad.Training;

namespace Intents;

/// <summary>A classifier that was saved and loaded again.</summary>
internal sealed class SavedClassifier(SoftmaxClassifier<string> saved, string path)
{
    public string Path => path;

    public long Bytes => new FileInfo(path).Length;

    public SoftmaxClassifier<string> Loaded { get; } = Reloaded(saved, path);

    /// <summary>Of all the probabilities of these questions, how many have other bits than before.</summary>
    public int Differences(EmbeddedQuestions questions)
    {
        ReadOnlySpan<int> before = Bits(saved, questions), after = Bits(Loaded, questions);
        int differences = 0;
        for (int i = 0; i < before.Length; i++)
        {
            differences += before[i] == after[i] ? 0 : 1;
        }

        return differences;
    }

    private static SoftmaxClassifier<string> Reloaded(SoftmaxClassifier<string> classifier, string path)
    {
        classifier.Save(path);
        return SoftmaxClassifier<string>.Load(path);
    }

    private static ReadOnlySpan<int> Bits(SoftmaxClassifier<string> classifier, EmbeddedQuestions questions)
    {
        float[] probabilities = new float[questions.Count * classifier.Classes.Count];
        classifier.PredictProbabilities(questions.Vectors, probabilities);
        return MemoryMarshal.Cast<float, int>(probabilities);
    }
}
