using System.Globalization;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>
/// No call reads or writes one byte outside its spans: they are laid against pages without access, where a stray access ends the process.
/// So the sweeps run in a process of their own, this same executable, and its end is reported here.
/// </summary>
public sealed class StrayAccesses
{
    /// <summary>What the sweeps put before the shape that comes next.</summary>
    public const string Announcement = "next: ";

    /// <summary>What they put before the number of calls that they have made.</summary>
    public const string CallCount = "guarded calls: ";

    private const int FewestCalls = 50_000;

    [Theory]
    [InlineData(typeof(GuardedSweepsInFloat))]
    [InlineData(typeof(GuardedSweepsInDouble))]
    public async Task NoCallLeavesItsSpans(Type sweeps)
    {
        SkipUnlessLinux();
        ChildOutcome child = await ChildProcess.RunAsync(sweeps);

        string cause = $"{LastShape(child)}.{Environment.NewLine}{child.Cause(Announcement)}";
        Assert.True(child.ExitCode == 0, $"The sweeps ended with exit code {child.ExitCode}; {cause}");
        Assert.Contains("Total: 11, Errors: 0, Failed: 0, Skipped: 0", child.Output, StringComparison.Ordinal);
        Assert.InRange(child.After(CallCount).Sum(count => int.Parse(count, CultureInfo.InvariantCulture)), FewestCalls, int.MaxValue);
    }

    [Theory]
    [InlineData(nameof(StrayOnPurpose.PastTheEnd))]
    [InlineData(nameof(StrayOnPurpose.BeforeTheStart))]
    public async Task AStrayAccessIsSeen(string method)
    {
        SkipUnlessLinux();
        ChildOutcome child = await ChildProcess.RunAsync(typeof(StrayOnPurpose), method);

        Assert.NotEqual(0, child.ExitCode);
        Assert.Equal("the last shape was a stray on purpose", LastShape(child));
    }

    private static void SkipUnlessLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), GuardedPages.LinuxOnly);

    private static string LastShape(ChildOutcome child) =>
        child.After(Announcement) is [.., string last] ? $"the last shape was {last}" : "no shape had been announced";
}
