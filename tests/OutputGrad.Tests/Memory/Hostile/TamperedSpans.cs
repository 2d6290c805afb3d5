using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>
/// Code of the caller's runs inside a call: memory whose span is taken, an optimizer. It writes wild targets or row indices, or gives
/// another span than before. The call ends with a value or with an exception that says what was wrong, and it reads and writes nothing
/// outside its spans, which would end the process; so the calls are made in a process of their own.
/// </summary>
public sealed class TamperedSpans
{
    /// <summary>What the calls put before the kind that comes next.</summary>
    public const string Announcement = "next: ";

    [Theory]
    [InlineData(typeof(TamperingsInFloat))]
    [InlineData(typeof(TamperingsInDouble))]
    public async Task TheyCauseNoStrayAccess(Type calls)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), GuardedPages.LinuxOnly);
        ChildOutcome child = await ChildProcess.RunAsync(calls);

        string last = child.After(Announcement).LastOrDefault("the start");
        Assert.True(child.ExitCode == 0, $"Exit code {child.ExitCode} at {last}.{Environment.NewLine}{child.Cause(Announcement)}");
        string[] tallies = child.After(HostileTally.Announcement);
        Assert.Equal(7, tallies.Length);
        Assert.All(tallies.Select(HostileTally.Parse), tally => Assert.True(tally.Values > 0 && tally.Refusals > 0, $"{tally}"));
    }
}
