using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Peers;
using TorchSharp;

TorchLibrary.Load();
return ComparisonCommand.Run(args, [new TorchComparison(), new TorchStepComparison()], defaultSeconds: 140, $"libtorch {torch.__version__} by TorchSharp");
