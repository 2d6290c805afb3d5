using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>What the measuring of slopes costs beside the loss itself: two losses per parameter and nothing else worth naming.</summary>
public class FiniteDifferenceBenchmarks : IMeasuredWork
{
    private double[] _parameters = [];
    private double[] _gradient = [];

    [Params(1024, 1001)]
    public int Parameters { get; set; }

    Type IMeasuredWork.ElementType => typeof(double);

    [GlobalSetup]
    public void Setup()
    {
        _parameters = RandomData.Uniform<double>(Parameters, 1, seed: 1);
        _gradient = new double[Parameters];
    }

    [Benchmark, BenchmarkCategory(Category.FiniteDifference)]
    public void Gradient() => FiniteDifference.Gradient(_parameters, Loss, _gradient);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.FiniteDifference)]
    public double LossesAlone()
    {
        double sum = 0;
        for (int i = 0; i < 2 * _parameters.Length; i++)
        {
            sum += Loss();
        }

        return sum;
    }

    // Two parameters, so that the loss costs next to nothing.
    private double Loss() => _parameters[0] * _parameters[^1];

    Work IMeasuredWork.WorkOf(string category) => default;
}
