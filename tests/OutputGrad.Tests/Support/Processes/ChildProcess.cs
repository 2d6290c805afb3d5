using System.Diagnostics;
using Xunit;

namespace OutputGrad.Tests.Support.Processes;

/// <summary>
/// A process of this same executable that runs explicit tests of it: what may end the process must not end the test run, and the runtime's
/// switches are read at the start of a process.
/// </summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>All explicit tests of a class.</summary>
    /// <param name="tests">The class.</param>
    /// <param name="environment">What differs from this process's environment; null removes a variable.</param>
    public static Task<ChildOutcome> RunAsync(Type tests, params (string Name, string? Value)[] environment) =>
        RunAsync(["-class", tests.FullName!], environment);

    /// <summary>One explicit test.</summary>
    /// <param name="tests">Its class.</param>
    /// <param name="method">Its name.</param>
    /// <param name="environment">What differs from this process's environment; null removes a variable.</param>
    public static Task<ChildOutcome> RunAsync(Type tests, string method, params (string Name, string? Value)[] environment) =>
        RunAsync(["-method", $"{tests.FullName}.{method}"], environment);

    private static async Task<ChildOutcome> RunAsync(string[] filter, (string Name, string? Value)[] environment)
    {
        using Process process = Process.Start(Start(filter, environment))!;
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            Task<string> error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static ProcessStartInfo Start(string[] filter, (string Name, string? Value)[] environment)
    {
        string executable = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(executable) == "dotnet";
        string[] assembly = isDotnet ? [typeof(ChildProcess).Assembly.Location] : [];
        ProcessStartInfo start = new(executable, [.. assembly, "-noColor", "-explicit", "only", .. filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        foreach ((string name, string? value) in environment)
        {
            start.Environment[name] = value;
            if (value is null)
            {
                start.Environment.Remove(name);
            }
        }

        return start;
    }
}

/// <summary>What a child process said and how it ended.</summary>
internal sealed record ChildOutcome(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams line by line, the error stream last.</summary>
    public string[] Lines => [.. Output.Split('\n').Concat(Error.Split('\n')).Select(line => line.TrimEnd())];

    /// <summary>What follows a prefix, of the lines that begin with it.</summary>
    public string[] After(string prefix) =>
        [.. from line in Lines where line.StartsWith(prefix, StringComparison.Ordinal) select line[prefix.Length..]];

    /// <summary>
    /// What the process said besides such lines: from the stray access and its innermost frames on, or the failed assertions at the end.
    /// </summary>
    public string Cause(string prefix)
    {
        string[] others = [.. Lines.Where(line => !line.StartsWith(prefix, StringComparison.Ordinal))];
        int fatal = Array.FindIndex(others, line => line.StartsWith("Fatal error", StringComparison.Ordinal));
        return string.Join('\n', fatal < 0 ? others.TakeLast(40) : others.Skip(fatal).Take(12));
    }
}
