using Samples;

namespace LanguageModelHead;

/// <summary>What to print for a token: its word, or its id where there is none.</summary>
internal sealed class Words
{
    private readonly string[] _words;

    private Words(string[] words) => _words = words;

    /// <summary>Ids alone.</summary>
    public static Words None { get; } = new([]);

    /// <summary>The words of a file, one a line. A head may have more tokens: many are padded to a round number.</summary>
    /// <exception cref="MisuseException">There is no such file, or it has more words than the head has tokens.</exception>
    public static Words Read(string path, Head head) => NamedFile.Use("--vocabulary", path, () =>
    {
        string[] words = File.ReadAllLines(path);
        return words.Length <= head.Tokens
            ? new Words(words)
            : throw new InvalidDataException($"It has {words.Length} words, but {head.Weights} has {head.Tokens} tokens.");
    });

    public string Of(int token) => token < _words.Length ? _words[token] : $"{token}";
}
