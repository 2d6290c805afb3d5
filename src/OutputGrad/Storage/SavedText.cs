using System.Text;

namespace OutputGrad.Storage;

/// <summary>Text on its way into a header, which is UTF-8.</summary>
internal static class SavedText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Refuses text that UTF-8 cannot express.</summary>
    /// <exception cref="ArgumentException">It has half of a surrogate pair, or is null.</exception>
    public static void Check(string text, string argument)
    {
        ArgumentNullException.ThrowIfNull(text, argument);
        if (FaultOf(text) is { } error)
        {
            throw new ArgumentException($"The text {SafetensorsFault.Quote(text)} has half of a surrogate pair.", argument, error);
        }
    }

    /// <summary>What UTF-8 cannot express of a text; null where it can express all.</summary>
    public static EncoderFallbackException? FaultOf(string text)
    {
        try
        {
            Strict.GetByteCount(text);
            return null;
        }
        catch (EncoderFallbackException error)
        {
            return error;
        }
    }

    /// <summary>The order of the texts' bytes in UTF-8, which is that of their code points.</summary>
    public static int Compare(string left, string right) => Strict.GetBytes(left).AsSpan().SequenceCompareTo(Strict.GetBytes(right));
}
