using BenchmarkDotNet.Running;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Compare;
using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Benchmarks.Suites;

if (args is ["compare", .. string[] rest])
{
    IComparison[] comparisons =
    [
        new PeakComparison(),
        new MemoryComparison(),   // before the others: memory that they left in pools would hide what it takes
        new LayerComparison(),
        new SoftmaxComparison(),
        new StepComparison(),
        new StreamingComparison(),
        new AllocationComparison(),
    ];
    return ComparisonCommand.Run(rest, comparisons, $"OpenBLAS: {OpenBlas.Description}");
}

if (!OpenBlas.IsAvailable)
    Console.WriteLine($"OpenBLAS: {OpenBlas.Description}");

BenchmarkSwitcher.FromAssembly(typeof(PeakComparison).Assembly).Run(args, SuiteConfig.Create());
return 0;
