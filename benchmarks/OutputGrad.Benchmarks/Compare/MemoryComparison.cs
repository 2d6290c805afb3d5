using System.Diagnostics;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>Memory beyond the arguments at a size whose logits alone would take 2.1 GB.</summary>
internal sealed class MemoryComparison : IComparison
{
    private static readonly LayerShape Shape = new(4096, 1024, 131072);

    public string Name => "memory";

    public string Title => "LinearCrossEntropy.LossAndGradient: memory beyond its arguments at the default budget";

    public IEnumerable<ComparisonCase> Cases => [new(Shape.ToString(), "float", 20, _ => Measure())];

    private static List<Finding> Measure()
    {
        CrossEntropyOptions options = new();
        int threads = Environment.ProcessorCount;
        new LayerProblem<float>(new(64, 64, 1000)).LossAndGradient(options);   // compiled code is not workspace
        LayerProblem<float> problem = new(Shape);
        Target budget = Target.AtMostBytes(256L << 20);

        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        long growth = ResidentMemory.PeakGrowth(() => problem.LossAndGradient(options));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        long workspace = LinearCrossEntropy.WorkspaceBytes<float>(Shape.Rows, Shape.Features, Shape.Classes, options);
        string speed = Figures.Gigaflops(Shape.Flops / seconds / 1e9);
        string logits = $"{Figures.Bytes(4.0 * Shape.Rows * Shape.Classes)} of logits";
        return
        [
            new Finding(threads, "extra memory: growth of the resident set", growth)
            {
                Text = Figures.Bytes(growth), Ours = speed, Other = logits, Target = budget,
            },
            new Finding(threads, "what WorkspaceBytes says", workspace) { Text = Figures.Bytes(workspace), Target = budget },
            new Finding(threads, "managed allocation of the call", allocated) { Text = Figures.Bytes(allocated) },
        ];
    }
}
