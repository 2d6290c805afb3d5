namespace NextWord;

/// <summary>Sentences as one row of numbers, and for each place in it the words before: examples to train or to test on.</summary>
internal sealed class Passage
{
    private readonly int[] _words;
    private readonly int _context;

    /// <param name="sentences">What the passage consists of.</param>
    /// <param name="vocabulary">Gives its words their numbers.</param>
    /// <param name="context">How far to look back, at most to the end of the sentence before.</param>
    public Passage(IEnumerable<string[]> sentences, Vocabulary vocabulary, int context)
    {
        _words =
        [
            Vocabulary.SentenceEnd,
            .. sentences.SelectMany(sentence => sentence.Select(vocabulary.Number).Append(Vocabulary.SentenceEnd)),
        ];
        _context = context;
    }

    /// <summary>How many words there are to predict.</summary>
    public int Count => _words.Length - 1;

    /// <summary>Where they stand.</summary>
    public IEnumerable<int> Places => Enumerable.Range(0, Count);

    /// <summary>The words to predict, one per place.</summary>
    public ReadOnlySpan<int> Targets => _words.AsSpan(1);

    /// <summary>The words before the one to predict, at least one.</summary>
    public ReadOnlySpan<int> Context(int place)
    {
        int first = place;
        while (place - first + 1 < _context && _words[first] != Vocabulary.SentenceEnd)
        {
            first--;
        }

        return _words.AsSpan(first..(place + 1));
    }
}
