using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Digits;

/// <summary>The sample's two options, and what happens when one of them is wrong.</summary>
internal sealed class CommandLine
{
    // By custom 2 means that the command was misused; System.CommandLine itself returns 1.
    private const int Misused = 2;

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Where the random numbers start: the same seed gives the same numbers and pictures",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => 1,
        CustomParser = ParseSeed,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The folder for the two pictures, made if it is not there",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => Path.Combine("artifacts", "digits"),
    };

    private readonly RootCommand _command = new("One output layer learns to read handwritten digits, and shows the slopes it learns from.");
    private readonly Action<int, string> _run;

    /// <param name="run">The program itself, given the seed and the output folder.</param>
    public CommandLine(Action<int, string> run)
    {
        _run = run;
        _command.Add(_seed);
        _command.Add(_output);
        _command.SetAction(Run);
    }

    /// <returns>The exit code.</returns>
    public int Invoke(string[] arguments)
    {
        ParseResult options = _command.Parse(arguments);
        return options.Action is ParseErrorAction ? Refuse(options.Errors.Select(error => error.Message)) : options.Invoke();
    }

    private static int ParseSeed(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (!int.TryParse(text, out int seed))
        {
            argument.AddError($"Option '--seed' takes a whole number from {int.MinValue} to {int.MaxValue}, not '{text}'.");
        }

        return seed;
    }

    private int Run(ParseResult options)
    {
        string folder = options.GetRequiredValue(_output);
        try
        {
            Directory.CreateDirectory(folder);
            using FileStream trial = File.Create(Path.Combine(folder, Path.GetRandomFileName()), bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Refuse([$"Option '--output': no file can be written to the folder '{folder}'. {reason.Message}"]);
        }

        _run(options.GetRequiredValue(_seed), folder);
        return 0;
    }

    private static int Refuse(IEnumerable<string> reasons)
    {
        foreach (string reason in reasons)
        {
            Console.Error.WriteLine(reason);
        }

        Console.Error.WriteLine("Use --help to see the options.");
        return Misused;
    }
}
