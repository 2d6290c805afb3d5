using System.CommandLine;
using System.CommandLine.Invocation;

namespace Samples;

/// <summary>Runs a sample with the options that the command line gives, or says what is wrong with them.</summary>
public static class CommandLine
{
    // By custom 2 means that the command was misused; System.CommandLine itself returns 1.
    private const int Misused = 2;

    /// <param name="arguments">What the command line says.</param>
    /// <param name="description">What the sample does, for --help.</param>
    /// <param name="options">All the options there are.</param>
    /// <param name="run">The sample, given the options' values. A <see cref="MisuseException"/> says that one of them is wrong.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments, string description, IEnumerable<Option> options, Action<ParseResult> run)
    {
        RootCommand command = new(description);
        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(values => RunOrRefuse(run, values));
        ParseResult result = command.Parse(arguments);
        return result.Action is ParseErrorAction ? Refuse(result.Errors.Select(error => error.Message)) : result.Invoke();
    }

    private static int RunOrRefuse(Action<ParseResult> run, ParseResult values)
    {
        try
        {
            run(values);
            return 0;
        }
        catch (MisuseException misuse)
        {
            return Refuse([misuse.Message]);
        }
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
