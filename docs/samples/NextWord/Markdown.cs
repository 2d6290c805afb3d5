using System.Text.RegularExpressions;

namespace NextWord;

/// <summary>What a reader of a Markdown page would read aloud: no code, no tables, no addresses, no marks.</summary>
internal static partial class Markdown
{
    private const string Fence = "```";
    private const string CodeIndent = "    ";

    /// <returns>The page's prose; headings, list items and paragraphs are separated by empty lines.</returns>
    public static string Prose(string page)
    {
        List<string> lines = [];
        bool inCode = false;
        foreach (string line in page.ReplaceLineEndings("\n").Split('\n'))
        {
            bool isFence = line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            inCode ^= isFence;
            lines.Add(inCode || isFence || IsCodeOrTable(line) ? "" : Spaced(line));
        }

        string prose = Link().Replace(string.Join('\n', lines), "$1");
        return Mark().Replace(prose, "");
    }

    private static bool IsCodeOrTable(string line) => line.StartsWith(CodeIndent, StringComparison.Ordinal) || line.StartsWith('|');

    private static string Spaced(string line) => line.StartsWith('#') ? $"{line}\n" : ListItem().Replace(line, "\n");

    // The words of a link or picture, without its address.
    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^ {0,3}(?:[-*]|[0-9]+\.) +")]
    private static partial Regex ListItem();

    // Emphasis and code in running text, the start of headings.
    [GeneratedRegex(@"[*`]|^#+ +", RegexOptions.Multiline)]
    private static partial Regex Mark();
}
