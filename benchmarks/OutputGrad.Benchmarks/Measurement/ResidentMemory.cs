using System.Diagnostics;
using System.Globalization;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>How much memory the process really takes: its resident set, and the peak of it over one call.</summary>
internal static class ResidentMemory
{
    private const string ResetPeak = "/proc/self/clear_refs";

    /// <summary>Runs the action and returns by how many bytes the resident set peaked above where it stood before.</summary>
    /// <remarks>
    /// What earlier calls left behind must be gone, or the next call would seem to take less. So the action gets a thread of its own,
    /// because the pool of arrays keeps the last one with the thread that returned it, and collected memory goes back to the system.
    /// </remarks>
    public static long PeakGrowth(Action action) =>
        Task.Factory.StartNew(() => PeakGrowthHere(action), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .GetAwaiter().GetResult();

    private static long PeakGrowthHere(Action action)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        if (OperatingSystem.IsLinux())
        {
            return PeakGrowthOnLinux(action);
        }

        // Elsewhere the peak cannot be reset: right as long as nothing earlier in the process peaked higher.
        using Process process = Process.GetCurrentProcess();
        long before = process.WorkingSet64;
        action();
        process.Refresh();
        return Math.Max(0, process.PeakWorkingSet64 - before);
    }

    private static long PeakGrowthOnLinux(Action action)
    {
        File.WriteAllText(ResetPeak, "5");
        long before = StatusBytes("VmRSS:");
        action();
        return StatusBytes("VmHWM:") - before;
    }

    private static long StatusBytes(string field)
    {
        string line = File.ReadLines("/proc/self/status").First(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        string kilobytes = line[field.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
    }
}
