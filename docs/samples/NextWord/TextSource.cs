using System.Reflection;
using System.Text;

namespace NextWord;

/// <summary>The text to learn from: the sample's own, which travels inside the program, or a file.</summary>
internal static class TextSource
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The chapters about the village, in order. See data/README.md.</summary>
    public static string Village()
    {
        Assembly program = typeof(TextSource).Assembly;
        return string.Join('\n', program.GetManifestResourceNames().Order(StringComparer.Ordinal).Select(name => Embedded(program, name)));
    }

    /// <exception cref="InvalidDataException">The file is not text in UTF-8.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, StrictUtf8);
        }
        catch (DecoderFallbackException reason)
        {
            throw new InvalidDataException("It is not text in UTF-8.", reason);
        }
    }

    private static string Embedded(Assembly program, string name)
    {
        using StreamReader reader = new(program.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
