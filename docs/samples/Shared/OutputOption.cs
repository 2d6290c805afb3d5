using System.CommandLine;

namespace Samples;

/// <summary>The option --output: the folder for what a sample writes.</summary>
public sealed class OutputOption : Option<string>
{
    public OutputOption(string sample)
        : base("--output")
    {
        HelpName = "FOLDER";
        DefaultValueFactory = _ => Path.Combine("artifacts", sample);
    }

    /// <returns>A folder that is there and can be written to.</returns>
    /// <exception cref="MisuseException">There can be no such folder.</exception>
    public string Folder(ParseResult values)
    {
        string folder = values.GetRequiredValue(this);
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream trial = File.Create(Path.Combine(folder, Path.GetRandomFileName()), bufferSize: 1, FileOptions.DeleteOnClose);
            return folder;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MisuseException($"Option '{Name}': no file can be written to the folder '{folder}'. {reason.Message}", reason);
        }
    }
}
