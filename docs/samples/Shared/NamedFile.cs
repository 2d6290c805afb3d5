namespace Samples;

/// <summary>What can be wrong with a file that an option names is the user's to know, in one line.</summary>
public static class NamedFile
{
    /// <param name="option">The option's name.</param>
    /// <param name="path">The file that it names.</param>
    /// <param name="use">What is to be done with it.</param>
    /// <exception cref="MisuseException">It cannot be read or written, or does not hold what it should.</exception>
    public static T Use<T>(string option, string path, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException
            or NotSupportedException)
        {
            throw new MisuseException($"Option '{option}': '{path}' cannot be used. {reason.Message}", reason);
        }
    }
}
