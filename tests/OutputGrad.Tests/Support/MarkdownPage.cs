namespace OutputGrad.Tests.Support;

/// <summary>A page of the documentation, by its headings and fenced blocks.</summary>
internal sealed class MarkdownPage
{
    private MarkdownPage(string[] lines) => Lines = lines;

    public IReadOnlyList<string> Lines { get; }

    /// <summary>A page of the checkout.</summary>
    public static MarkdownPage Read(params ReadOnlySpan<string> path) => new(File.ReadAllLines(SourceTree.Path(path)));

    /// <summary>Lines as they are compared with code: without the spaces around each.</summary>
    public static string Trimmed(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => line.Trim())).Trim();

    /// <summary>What follows a heading, up to the next one of its level.</summary>
    public IEnumerable<string> Section(string heading) =>
        Lines.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    /// <summary>The first block of a section that begins with this fence.</summary>
    public IEnumerable<string> Block(string heading, string fence) =>
        Section(heading).SkipWhile(line => line != fence).Skip(1).TakeWhile(line => line != "```");

    /// <summary>Every block of the page that begins with this fence.</summary>
    public IEnumerable<string[]> Blocks(string fence) =>
        from i in Enumerable.Range(0, Lines.Count)
        where Lines[i] == fence
        select Lines.Skip(i + 1).TakeWhile(line => line != "```").ToArray();
}
