using Microsoft.Extensions.AI;
using Samples;

namespace Intents;

/// <summary>Asks an encoder for the vectors of texts, a batch at a time.</summary>
internal sealed class Embedder(IEmbeddingGenerator<string, Embedding<float>> encoder)
{
    private const int Batch = 64;

    private readonly EmbeddingGeneratorMetadata? _metadata = encoder.GetService<EmbeddingGeneratorMetadata>();

    /// <summary>What tells this encoder's vectors from another's.</summary>
    public string Name => $"{_metadata?.DefaultModelId ?? encoder.GetType().Name} by {_metadata?.ProviderName ?? "an unnamed provider"}";

    public float[] Embed(string text) => Embed([text]);

    public float[] Embed(IReadOnlyList<string> texts) => [.. Generate(texts).SelectMany(vector => vector.ToArray())];

    /// <returns>The vectors, row-major.</returns>
    public float[] Embed(IReadOnlyList<string> texts, IProgress<WorkDone> progress)
    {
        // Texts of like length together: the encoder pads a batch to its longest.
        float[][] vectors = new float[texts.Count][];
        int done = 0;
        Tell();
        foreach (int[] batch in Enumerable.Range(0, texts.Count).OrderBy(index => texts[index].Length).Chunk(Batch))
        {
            foreach ((int index, ReadOnlyMemory<float> vector) in batch.Zip(Generate([.. batch.Select(index => texts[index])])))
            {
                vectors[index] = vector.ToArray();
            }

            done += batch.Length;
            Tell();
        }

        return [.. vectors.SelectMany(vector => vector)];

        void Tell() => progress.Report(new((double)done / texts.Count, $"{done,5} of {texts.Count} questions"));
    }

    // There is nothing else to do meanwhile, and no context to deadlock on.
    private IEnumerable<ReadOnlyMemory<float>> Generate(IReadOnlyList<string> texts) =>
        encoder.GenerateAsync(texts).GetAwaiter().GetResult().Select(embedding => embedding.Vector);
}
