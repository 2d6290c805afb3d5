using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using OutputGrad.Storage;
using Samples;

namespace Intents;

/// <summary>Questions' vectors: from the encoder the first time, and then from a safetensors file.</summary>
internal sealed class EmbeddingCache(Embedder embedder, string folder)
{
    private const string Tensor = "embeddings";

    /// <param name="name">What the questions are for; a part of the file's name.</param>
    /// <param name="questions">The questions.</param>
    public EmbeddedQuestions Embed(string name, IReadOnlyList<Question> questions)
    {
        string[] texts = [.. questions.Select(question => question.Text)];
        string path = Path.Combine(folder, $"{name}-{texts.Length}.safetensors");
        Dictionary<string, string> metadata = new() { ["encoder"] = embedder.Name, ["texts"] = Hash(texts) };
        float[] vectors = Read(path, metadata) ?? Make(texts, path, metadata);
        return new(vectors, [.. questions.Select(question => question.Intent)]);
    }

    private float[] Make(string[] texts, string path, Dictionary<string, string> metadata)
    {
        Stopwatch watch = Stopwatch.StartNew();
        float[] vectors = WorkProgress.Show(progress => embedder.Embed(texts, progress));
        SafetensorsFile.Save(path, [new(Tensor, [texts.Length, vectors.Length / texts.Length], vectors)], metadata);
        Report.Embedded(texts.Length, watch.Elapsed, path);
        return vectors;
    }

    /// <returns>What the file holds; null if it is not there, or holds another encoder's vectors or those of other texts.</returns>
    private static float[]? Read(string path, Dictionary<string, string> metadata)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            if (metadata.Any(entry => file.Metadata.GetValueOrDefault(entry.Key) != entry.Value))
            {
                return null;
            }

            Report.ReadEmbeddings(path);
            return file.Read<float>(Tensor).ToArray();
        }
        catch (Exception reason) when (reason is FileNotFoundException or InvalidDataException)
        {
            return null;
        }
    }

    private static string Hash(string[] texts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            // A zero ends each text, so that their ends count too.
            hash.AppendData(Encoding.UTF8.GetBytes(text + '\0'));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
