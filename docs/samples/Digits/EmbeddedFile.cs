namespace Digits;

/// <summary>A file that travels inside the program, so that the sample runs from any folder.</summary>
internal static class EmbeddedFile
{
    public static Stream Open(string name) =>
        typeof(EmbeddedFile).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{name} is not embedded in this program.");
}
