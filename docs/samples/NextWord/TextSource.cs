using System.Reflection;
using System.Text;

namespace NextWord;

/// <summary>The text to learn from: this repository's own documentation, which travels inside the program, or a file.</summary>
internal static class TextSource
{
    private const string MarkdownEnding = ".md";
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Documentation()
    {
        Assembly program = typeof(TextSource).Assembly;
        IEnumerable<string> pages = program.GetManifestResourceNames().Where(name => name.EndsWith(MarkdownEnding, StringComparison.Ordinal));
        return string.Join("\n\n", pages.Order(StringComparer.Ordinal).Select(page => Markdown.Prose(Embedded(program, page))));
    }

    /// <exception cref="InvalidDataException">The file is not text in UTF-8.</exception>
    public static string Read(string path)
    {
        try
        {
            string text = File.ReadAllText(path, StrictUtf8);
            return path.EndsWith(MarkdownEnding, StringComparison.OrdinalIgnoreCase) ? Markdown.Prose(text) : text;
        }
        catch (DecoderFallbackException reason)
        {
            throw new InvalidDataException("It is not text in UTF-8.", reason);
        }
    }

    private static string Embedded(Assembly program, string name)
    {
        using var reader = new StreamReader(program.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
