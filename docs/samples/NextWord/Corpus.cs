namespace NextWord;

/// <summary>A text as numbers: nine sentences of ten to train on, every tenth held out to test on.</summary>
internal sealed class Corpus
{
    private const int HeldOutEvery = 10;
    private const int FewestSentences = 2 * HeldOutEvery;

    /// <param name="text">What to read.</param>
    /// <param name="context">How many words there are before the one to predict, at most.</param>
    /// <exception cref="InvalidDataException">The text is too short.</exception>
    public Corpus(string text, int context)
    {
        string[][] sentences = [.. Sentences.Of(text)];
        if (sentences.Length < FewestSentences)
        {
            throw new InvalidDataException($"It is too short: {sentences.Length} sentences, and it takes at least {FewestSentences}.");
        }

        ILookup<bool, string[]> parts = sentences.Index().ToLookup(sentence => IsHeldOut(sentence.Index), sentence => sentence.Item);
        Vocabulary = new Vocabulary(parts[false]);
        Training = new Passage(parts[false], Vocabulary, context);
        HeldOut = new Passage(parts[true], Vocabulary, context);
        HeldOutSentences = [.. parts[true]];
        TrainingSentences = sentences.Length - HeldOutSentences.Count;
    }

    /// <summary>Words of the training part alone.</summary>
    public Vocabulary Vocabulary { get; }

    public Passage Training { get; }

    public Passage HeldOut { get; }

    public int TrainingSentences { get; }

    public IReadOnlyList<string[]> HeldOutSentences { get; }

    private static bool IsHeldOut(int sentence) => sentence % HeldOutEvery == HeldOutEvery - 1;
}
