using System.Globalization;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>How figures are written in tables.</summary>
internal static class Figures
{
    public static string Gigaflops(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond:0.0} GFLOP/s");

    public static string GigabytesPerSecond(double bytes, double seconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / seconds / 1e9:0.0} GB/s");

    public static string Ratio(double ratio) => string.Create(CultureInfo.InvariantCulture, $"{ratio:0.000}");

    /// <summary>To five significant digits, which is more than any measurement has.</summary>
    public static double Rounded(double value) =>
        double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    public static string Share(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.00} %");

    public static string Time(double seconds) => seconds switch
    {
        >= 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s"),
        >= 1e-3 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e6:0.00} us"),
    };

    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        >= 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):0.#} MiB"),
        >= 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 10):0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes:0.#} B"),
    };
}
