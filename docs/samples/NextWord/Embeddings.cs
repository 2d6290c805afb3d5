using System.Numerics.Tensors;
using OutputGrad;

namespace NextWord;

/// <summary>A vector per word, and the slopes of the words that a batch has touched.</summary>
internal sealed class Embeddings
{
    private const float LargestInitial = 0.5f;

    private readonly int _features;
    private readonly float[] _vectors;
    private readonly float[] _gradient;
    private readonly HashSet<int> _touched = [];

    /// <summary>Small random vectors.</summary>
    public Embeddings(int words, int features, Random random)
    {
        _features = features;
        _vectors = [.. Enumerable.Range(0, words * features).Select(_ => LargestInitial * (2 * random.NextSingle() - 1))];
        _gradient = new float[_vectors.Length];
    }

    /// <summary>How many numbers they are together.</summary>
    public int Length => _vectors.Length;

    /// <summary>The mean of some words' vectors.</summary>
    public void Average(ReadOnlySpan<int> words, Span<float> mean)
    {
        mean.Clear();
        foreach (int word in words)
        {
            TensorPrimitives.Add(mean, Of(_vectors, word), mean);
        }

        TensorPrimitives.Divide(mean, words.Length, mean);
    }

    /// <summary>Hands the slopes of a mean on to the words it was made of, an equal share to each.</summary>
    public void AddSlopes(ReadOnlySpan<int> words, ReadOnlySpan<float> ofMean)
    {
        foreach (int word in words)
        {
            Span<float> slopes = Of(_gradient, word);
            TensorPrimitives.MultiplyAdd(ofMean, 1f / words.Length, slopes, slopes);
            _touched.Add(word);
        }
    }

    /// <summary>Moves the vectors of the touched words and forgets their slopes. Other words' vectors and optimizer state stay.</summary>
    public void Step<TUpdate>(TUpdate update)
        where TUpdate : IWeightUpdate<float>
    {
        foreach (int word in _touched)
        {
            update.Update(Of(_vectors, word), Of(_gradient, word), (long)word * _features);
            Of(_gradient, word).Clear();
        }

        _touched.Clear();
    }

    private Span<float> Of(float[] table, int word) => table.AsSpan(word * _features, _features);
}
