using System.Diagnostics;
using Xunit;

namespace OutputGrad.Tests.GuardPages;

/// <summary>
/// No call reads or writes one byte outside its spans: they are laid against pages without access, where a stray access ends the process. So the
/// sweeps run in a process of their own, this same executable, and its end is reported here.
/// </summary>
public sealed class StrayAccesses
{
    /// <summary>What the sweeps put before the shape that comes next.</summary>
    public const string Announcement = "next: ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(nameof(GuardedSweepsInFloat))]
    [InlineData(nameof(GuardedSweepsInDouble))]
    public async Task NoCallLeavesItsSpans(string sweeps)
    {
        (int exitCode, string output) = await RunAsync(sweeps);

        Assert.True(exitCode == 0, $"The sweeps ended with exit code {exitCode}; {LastShape(output)}.{Environment.NewLine}{Cause(output)}");
        Assert.Contains("Total: 5, Errors: 0, Failed: 0, Skipped: 0", output, StringComparison.Ordinal);
        Assert.Contains(Announcement, output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(StrayOnPurpose.PastTheEnd))]
    [InlineData(nameof(StrayOnPurpose.BeforeTheStart))]
    public async Task AStrayAccessIsSeen(string method)
    {
        (int exitCode, string output) = await RunAsync(nameof(StrayOnPurpose), method);

        Assert.NotEqual(0, exitCode);
        Assert.Equal("the last shape was a stray on purpose", LastShape(output));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string className, string? method = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are laid with Linux's mmap and mprotect.");
        string executable = Environment.ProcessPath!;
        string assembly = typeof(StrayAccesses).Assembly.Location;
        bool isDotnet = Path.GetFileNameWithoutExtension(executable) == "dotnet";
        string fullName = $"{typeof(StrayAccesses).Namespace}.{className}";
        string[] filter = method is null ? ["-class", fullName] : ["-method", $"{fullName}.{method}"];
        var start = new ProcessStartInfo(executable, [.. isDotnet ? [assembly] : Array.Empty<string>(), "-noColor", "-explicit", "only", .. filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        using Process process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(timeout.Token), error = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static string LastShape(string output)
    {
        string? last = output.Split('\n').LastOrDefault(line => line.StartsWith(Announcement, StringComparison.Ordinal));
        return last is null ? "no shape had been announced" : $"the last shape was {last[Announcement.Length..].TrimEnd()}";
    }

    /// <summary>What the process said besides: from the stray access and its innermost frames on, or the failed assertions at the end.</summary>
    private static string Cause(string output)
    {
        string[] lines = [.. output.Split('\n').Where(line => !line.StartsWith(Announcement, StringComparison.Ordinal))];
        int fatal = Array.FindIndex(lines, line => line.StartsWith("Fatal error", StringComparison.Ordinal));
        return string.Join('\n', fatal < 0 ? lines.TakeLast(40) : lines.Skip(fatal).Take(12));
    }
}
