using System.Numerics;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>The largest entries of one example's weight gradient.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class SensitivityBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] _residual = [];
    private T[] _hidden = [];
    private Dial<T>[] _dials = [];

    /// <summary>features x classes x dials asked for.</summary>
    [Params("512x4096x16", "301x1003x7")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = Sizes.Parse(Shape);
        _hidden = RandomData.Uniform<T>(sizes[0], 1, seed: 1);
        _residual = RandomData.Uniform<T>(sizes[1], 1, seed: 2);
        _dials = new Dial<T>[sizes[2]];
    }

    [Benchmark, BenchmarkCategory(Category.TopDials)]
    public int TopDials() => Sensitivity.TopDials<T>(_residual, _hidden, _dials);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.TopDials)]
    public int TopDialsByQueue() => DialQueue.TopDials<T>(_residual, _hidden, _dials);

    // How many products a search must look at depends on the data: there is no least amount of work to compare with.
    Work IMeasuredWork.WorkOf(string category) => default;
}
