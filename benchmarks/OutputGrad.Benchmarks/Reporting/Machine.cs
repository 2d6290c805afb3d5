using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>What figures were measured on, for a reader of them.</summary>
internal static class Machine
{
    private const string CpuInfo = "/proc/cpuinfo";
    private const string LoadAverages = "/proc/loadavg";

    // The first processor's, one folder a cache.
    private const string CacheFolders = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>The processor's name.</summary>
    public static string Name => CpuField("model name") ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The processor: its name, which may be a family's, its numbers where it has some, and how many there are.</summary>
    public static string Processor
    {
        get
        {
            string numbers = CpuField("cpu family") is { } family ? $", family {family} model {CpuField("model")}" : "";
            return $"{Name}{numbers}, {Environment.ProcessorCount} processors";
        }
    }

    /// <summary>The data caches that one processor sees, from the nearest on.</summary>
    public static string Caches => !Directory.Exists(CacheFolders) ? "unknown" : string.Join(
        ", ",
        from folder in Directory.GetDirectories(CacheFolders, "index*").Order(StringComparer.Ordinal)
        let type = Line(folder, "type")
        where type != "Instruction"
        let size = long.Parse(Line(folder, "size").TrimEnd('K'), CultureInfo.InvariantCulture) << 10
        select $"{Figures.Bytes(size)} L{Line(folder, "level")}{(type == "Data" ? "d" : "")}");

    public static string System => RuntimeInformation.OSDescription;

    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>Of the last minute; null where the system does not say it.</summary>
    public static double? LoadAverage => File.Exists(LoadAverages)
        ? double.Parse(File.ReadAllText(LoadAverages).Split(' ')[0], CultureInfo.InvariantCulture)
        : null;

    /// <summary>The commit that the library was built from, nine digits of it; null where the build did not know it.</summary>
    public static string? Commit => typeof(LinearCrossEntropy).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion.Split('+') is [_, { Length: >= 9 } commit] ? commit[..9] : null;

    /// <summary>The machine and how busy it is now, a line each.</summary>
    public static IEnumerable<string> Description()
    {
        yield return $"{Processor}, vectors of {FmaPeak.Bits} bits";
        yield return $"{System}, {Runtime}";
        if (LoadAverage is { } load)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"load average before the start: {load:0.00}");
        }
    }

    private static string? CpuField(string name)
    {
        string? line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(line => line.Split(':')[0].TrimEnd() == name) : null;
        return line?.Split(':')[1].Trim();
    }

    private static string Line(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();
}
