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

IComparison[] comparisons =
[
    new TorchComparison(),
    new TorchStepComparison(),
    new TorchForwardComparison(),
    new TorchAutogradComparison(),
    new FitComparison(),
];
return ComparisonCommand.Run(
    "benchmarks/OutputGrad.Peers --", args, comparisons, defaultSeconds: 170, $"{LibTorch()}; {MlNetFitter.Version}; {Scikit()}");

static string LibTorch()
{
    Version binding = typeof(torch).Assembly.GetName().Version!;
    return $"libtorch {string.Join('.', torch.__version__.Split('.')[..2])} by TorchSharp {binding.ToString(fieldCount: 3)}";
}

static string Scikit()
{
    using ScikitLearn? scikitLearn = ScikitLearn.Start(Environment.ProcessorCount);
    return scikitLearn?.Versions ?? "scikit-learn left out, since no python3 has it";
}
