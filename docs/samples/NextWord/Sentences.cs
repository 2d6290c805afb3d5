using System.Text.RegularExpressions;

namespace NextWord;

/// <summary>Text cut into sentences, and these into words and punctuation marks, all in lower case.</summary>
internal static partial class Sentences
{
    private const string Enders = ".!?…。！？";

    public static IEnumerable<string[]> Of(string text)
    {
        foreach (string paragraph in EmptyLine().Split(text.ToLowerInvariant()))
        {
            List<string> sentence = [];
            foreach (Match token in Token().Matches(paragraph))
            {
                sentence.Add(token.Value);
                if (Enders.Contains(token.Value, StringComparison.Ordinal))
                {
                    yield return [.. sentence];
                    sentence.Clear();
                }
            }

            if (sentence.Count > 0)
            {
                yield return [.. sentence];
            }
        }
    }

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex EmptyLine();

    // A word keeps what joins its parts, as in "don't", "cross-entropy", "readme.md" and "1,797"; any other mark stands alone.
    [GeneratedRegex(@"\w+(?:[.,'’-]\w+)*|[^\w\s]")]
    private static partial Regex Token();
}
