using BenchmarkDotNet.Running;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Compare;
using OutputGrad.Benchmarks.Drawing;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Benchmarks.Suites;

if (args is [FirstCalls.Verb, string shape])
{
    FirstCalls.Print(LayerShape.Parse(shape));
    return 0;
}

if (args is ["compare", .. string[] rest])
{
    IComparison[] comparisons =
    [
        new PeakComparison(),
        new MemoryComparison(),   // Before the others: not every system forgets how much memory they took at most.
        new LayerComparison(),
        new SoftmaxComparison(),
        new StepComparison(),
        new StreamingComparison(),
        new RowsComparison(),
        new ShapesComparison(),
        new ScalingComparison(),
        new StartupComparison(),
        new StorageComparison(),
        new RowIndicesComparison(),
        new ForwardComparison(),
        new StatisticsComparison(),
        new AllocationComparison(),
    ];

    // Four minutes, less what making data takes, and the fewest rounds where even they exceed a case's share.
    return ComparisonCommand.Run(
        "benchmarks/OutputGrad.Benchmarks -- compare", rest, comparisons, defaultSeconds: 140, $"OpenBLAS: {OpenBlas.Description}");
}

if (args is ["draw", .. string[] files])
{
    return DrawCommand.Run(files);
}

if (!OpenBlas.IsAvailable)
{
    Console.WriteLine($"OpenBLAS: {OpenBlas.Description}");
}

BenchmarkSwitcher.FromAssembly(typeof(PeakComparison).Assembly).Run(args, SuiteConfig.Create());
return 0;
