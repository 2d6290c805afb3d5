using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Peers;
using OutputGrad.Peers.Fit;
using TorchSharp;

try
{
    TorchLibrary.Load();
}
catch (DllNotFoundException reason)
{
    Console.Error.WriteLine(reason.Message);
    return 1;
}

IComparison[] comparisons = [new TorchComparison(), new TorchStepComparison(), new TorchForwardComparison(), new FitComparison()];
return ComparisonCommand.Run(args, comparisons, defaultSeconds: 170, $"libtorch {torch.__version__} by TorchSharp");
