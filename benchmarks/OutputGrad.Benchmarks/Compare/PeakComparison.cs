using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>What the machine can do at most: the measure of everything else.</summary>
internal sealed class PeakComparison : IComparison
{
    public string Name => "peak";

    public string Title => "The CPU's peak in fused multiply-adds";

    public IEnumerable<ComparisonCase> Cases
    {
        get
        {
            if (Vector512.IsHardwareAccelerated)
            {
                yield return ComparisonCase.Of<float>("512 bits", 1, budget => Measure<float>(512, budget));
                yield return ComparisonCase.Of<double>("512 bits", 1, budget => Measure<double>(512, budget));
            }

            int bits = FmaPeak.NativeBits;
            yield return ComparisonCase.Of<float>($"{bits} bits", 1, budget => Measure<float>(bits, budget));
            yield return ComparisonCase.Of<double>($"{bits} bits", 1, budget => Measure<double>(bits, budget));
        }
    }

    private static List<Finding> Measure<T>(int bits, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Contestant one = FmaPeak.Contestant<T>(1, bits);
        Contestant all = FmaPeak.Contestant<T>(Environment.ProcessorCount, bits);
        Timings timings = Alternation.Measure(budget, one, all);
        return
        [
            Line(1, one, timings),
            Line(Environment.ProcessorCount, all, timings),
        ];
    }

    private static Finding Line(int threads, Contestant peak, Timings timings)
    {
        double speed = timings.GigaflopsPerSecond(peak);
        return new Finding(threads, "independent FMA chains", speed) { Text = Figures.Gigaflops(speed), Rounds = timings.Rounds };
    }
}
