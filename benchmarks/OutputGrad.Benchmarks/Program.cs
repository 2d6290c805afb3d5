using BenchmarkDotNet.Running;
using OutputGrad.Benchmarks.Compare;

if (args is ["compare", .. string[] rest])
    return CompareCommand.Run(rest);

BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args);
return 0;
