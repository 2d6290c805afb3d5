namespace NextWord;

/// <summary>The words the model knows, each with its number: the model's classes.</summary>
internal sealed class Vocabulary
{
    /// <summary>What stands between two sentences: the last word to predict of one and the first to look back at of the next.</summary>
    public const int SentenceEnd = 0;

    /// <summary>Every word that was seen too rarely.</summary>
    public const int Unknown = 1;

    private const int FewestOccurrences = 2;
    private const int MostWords = 8000;

    private readonly string[] _words;
    private readonly Dictionary<string, int> _numbers;

    /// <summary>Learns the words that are frequent enough, the most frequent first.</summary>
    public Vocabulary(IEnumerable<string[]> sentences)
    {
        IEnumerable<string> known = sentences
            .SelectMany(sentence => sentence)
            .CountBy(word => word)
            .Where(word => word.Value >= FewestOccurrences)
            .OrderByDescending(word => word.Value)
            .ThenBy(word => word.Key, StringComparer.Ordinal)
            .Take(MostWords)
            .Select(word => word.Key);
        _words = ["<end>", "<unknown>", .. known];
        _numbers = _words.Index().ToDictionary(word => word.Item, word => word.Index);
    }

    public int Count => _words.Length;

    public string this[int number] => _words[number];

    public int Number(string word) => _numbers.GetValueOrDefault(word, Unknown);
}
