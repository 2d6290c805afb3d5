using OutputGrad.Storage;
using Samples;

namespace LanguageModelHead;

/// <summary>A safetensors file that an option names.</summary>
internal static class TensorFile
{
    /// <summary>Opens it for as long as what is made of it lives.</summary>
    /// <exception cref="MisuseException">It cannot be opened, or does not hold what it should.</exception>
    public static T Open<T>(string option, string path, Func<SafetensorsFile, T> read) => NamedFile.Use(option, path, () =>
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        try
        {
            return read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    });
}
