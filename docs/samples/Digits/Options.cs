using System.CommandLine;
using Samples;

namespace Digits;

/// <summary>The sample's two options.</summary>
internal sealed class Options
{
    private readonly NumberOption<int> _seed = new("--seed", int.MinValue, int.MaxValue)
    {
        Description = "Where the random numbers start: the same seed gives the same numbers and pictures",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the two pictures, made if it is not there",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Path.Combine("artifacts", "digits"),
    };

    public IEnumerable<Option> All => [_seed, _output];

    public int Seed(ParseResult values) => values.GetRequiredValue(_seed);

    /// <returns>A folder that is there and can be written to.</returns>
    /// <exception cref="MisuseException">There can be no such folder.</exception>
    public string OutputFolder(ParseResult values)
    {
        string folder = values.GetRequiredValue(_output);
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream trial = File.Create(Path.Combine(folder, Path.GetRandomFileName()), bufferSize: 1, FileOptions.DeleteOnClose);
            return folder;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MisuseException($"Option '--output': no file can be written to the folder '{folder}'. {reason.Message}", reason);
        }
    }
}
