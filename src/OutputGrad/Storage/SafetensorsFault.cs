using System.Globalization;

namespace OutputGrad.Storage;

/// <summary>Why a file is not a safetensors file: every fault is an <see cref="InvalidDataException"/> that names the file.</summary>
/// <param name="path">The file.</param>
internal sealed class SafetensorsFault(string path)
{
    private const int LongestQuote = 80;

    /// <summary>The exception for a fault of the file as a whole.</summary>
    public InvalidDataException Because(string reason, Exception? inner = null) =>
        new($"'{path}' is not a valid safetensors file: {reason}", inner);

    /// <summary>The exception for a fault of one tensor.</summary>
    public InvalidDataException Of(string tensor, string reason) => Because($"tensor {Quote(tensor)} {reason}");

    /// <summary>
    /// Text of the file in a message: of bounded length, and without control characters, those that turn the direction of text included.
    /// </summary>
    public static string Quote(string text)
    {
        string shown = text.Length > LongestQuote ? text[..LongestQuote] + "..." : text;
        return $"'{string.Concat(shown.Select(letter => IsShown(letter) ? letter : '?'))}'";
    }

    private static bool IsShown(char letter) => CharUnicodeInfo.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
