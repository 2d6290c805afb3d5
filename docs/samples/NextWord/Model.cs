using OutputGrad;

namespace NextWord;

/// <summary>The hidden vector is the mean of the last words' embeddings; an output layer makes it a probability for every word.</summary>
internal sealed class Model(int words, int features, Random random)
{
    private readonly float[] _weights = new float[words * features];
    private readonly float[] _bias = new float[words];

    public int Words => words;

    public int Features => features;

    public Embeddings Embeddings { get; } = new(words, features, random);

    /// <summary>The layer's weights [words x features]. They start at zero: every word is equally likely.</summary>
    public Span<float> Weights => _weights;

    public Span<float> Bias => _bias;

    /// <summary>Weights and bias, as the library reads them.</summary>
    public OutputLayer<float> Layer => new(_weights, _bias);
}
