using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Peers;
using TorchSharp;

return ComparisonCommand.Run(args, [new TorchComparison()], $"libtorch {torch.__version__}, TorchSharp");
