using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>What figures were measured on, for a reader of the tables.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const string LoadAverage = "/proc/loadavg";

    /// <summary>The machine and how busy it is now, a line each.</summary>
    public static IEnumerable<string> Description()
    {
        yield return $"{Processor()}, {Environment.ProcessorCount} processors, vectors of {FmaPeak.Bits} bits";
        yield return $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        if (File.Exists(LoadAverage))
        {
            yield return $"load average before the start: {File.ReadAllText(LoadAverage).Split(' ')[0]}";
        }
    }

    private static string Processor()
    {
        const string field = "model name";
        string? line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(candidate => candidate.StartsWith(field, StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
