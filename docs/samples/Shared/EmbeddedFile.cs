namespace Samples;

/// <summary>A file that travels inside the program, so that the sample runs from any folder.</summary>
public static class EmbeddedFile
{
    /// <param name="neighbour">Any type of the program that carries the file.</param>
    /// <param name="name">The file's name there.</param>
    public static Stream Open(Type neighbour, string name) =>
        neighbour.Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"{name} is not embedded in {neighbour.Assembly.GetName().Name}.");
}
