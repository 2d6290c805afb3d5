using OutputGrad;

namespace NextWord;

/// <summary>How the model goes on: one word after the other, drawn with the probabilities that it gives them.</summary>
internal sealed class Continuation(Model model, int context, Random random)
{
    private const int MostWords = 16;

    // Likely words become likelier than the model has them, which reads better.
    private const double Temperature = 0.6;

    private readonly CrossEntropyOptions _options = new() { LogitScale = 1 / Temperature };
    private readonly float[] _hidden = new float[model.Features];
    private readonly float[] _residual = new float[model.Words];

    /// <param name="beginning">The first words of a sentence.</param>
    /// <returns>The words that follow them, up to the end of the sentence or until there are enough.</returns>
    public List<int> After(IEnumerable<int> beginning)
    {
        List<int> before = [Vocabulary.SentenceEnd, .. beginning];
        List<int> words = [];
        while (words.Count < MostWords && Next([.. before.TakeLast(context)]) is not Vocabulary.SentenceEnd and int word)
        {
            before.Add(word);
            words.Add(word);
        }

        return words;
    }

    /// <summary>
    /// With <see cref="Vocabulary.Unknown"/> as the target, the bias's slopes are the probabilities of all the other words: p - 0.
    /// </summary>
    private int Next(ReadOnlySpan<int> last)
    {
        model.Embeddings.Average(last, _hidden);
        LinearCrossEntropy.LossAndGradient(
            model.Layer, new LabeledBatch<float>(_hidden, [Vocabulary.Unknown]), new OutputGradients<float> { Bias = _residual }, _options);
        _residual[Vocabulary.Unknown] = 0;
        return Draw(_residual);
    }

    private int Draw(ReadOnlySpan<float> shares)
    {
        double sum = 0;
        foreach (float share in shares)
        {
            sum += share;
        }

        double place = random.NextDouble() * sum;
        int word = 0;
        while (word < shares.Length - 1 && place >= shares[word])
        {
            place -= shares[word];
            word++;
        }

        return word;
    }
}
