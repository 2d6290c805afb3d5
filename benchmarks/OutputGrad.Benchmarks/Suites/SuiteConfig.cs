using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>What all suites report, and how their results are grouped.</summary>
internal static class SuiteConfig
{
    private static readonly Lazy<double> FloatPeak = new(FmaPeak.FlopsPerSecond<float>);
    private static readonly Lazy<double> DoublePeak = new(FmaPeak.FlopsPerSecond<double>);

    public static IConfig Create() => DefaultConfig.Instance
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams)
        .AddColumn(
            new WorkColumn("GFLOP/s", "Operations of the matrix products per second",
                (_, work, seconds) => work.Flops / seconds / 1e9),
            new WorkColumn("GB/s", "Inputs read once and outputs written once, per second",
                (_, work, seconds) => work.Bytes / seconds / 1e9),
            new WorkColumn("of FMA peak", "GFLOP/s over the peak of one thread, measured after the run",
                (suite, work, seconds) => work.Flops == 0 ? 0 : work.Flops / seconds / Peak(suite)))
        .AddFilter(new SimpleFilter(CanRun));

    private static bool CanRun(BenchmarkCase benchmark) =>
        OpenBlas.IsAvailable || !Attribute.IsDefined(benchmark.Descriptor.WorkloadMethod, typeof(NeedsOpenBlasAttribute));

    private static double Peak(IMeasuredWork suite) => suite.ElementType == typeof(float) ? FloatPeak.Value : DoublePeak.Value;
}
