using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>The layer forwards on one thread.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class LinearSoftmaxBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Top = 50;

    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private ForwardLayer<T> _layer = null!;
    private TensorPrimitivesForward<T> _tensors = null!;
    private TopClasses<T> _top = null!;
    private TopOfProbabilities<T> _others = null!;
    private T[] _all = [];

    [Params("256x512x4096", "77x301x1003", RealHeads.QwenRow, RealHeads.GemmaRow)]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    [GlobalSetup]
    public void Setup()
    {
        _layer = new ForwardLayer<T>(Problem);
        _tensors = new TensorPrimitivesForward<T>(_layer);
        _top = new TopClasses<T>(_layer, Top);
        _others = new TopOfProbabilities<T>(_layer, Top);
        _all = new T[(long)Problem.Rows * Problem.Classes];
    }

    [Benchmark, BenchmarkCategory(Category.LogProbabilities)]
    public void LogProbabilities() => _layer.LogProbabilities(_all, OneThread);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.LogProbabilities)]
    public void LogProbabilitiesByTensorPrimitives() => _tensors.LogProbabilities(_all);

    [Benchmark, BenchmarkCategory(Category.Probabilities)]
    public void Probabilities() => _layer.Probabilities(_all, OneThread);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.Probabilities)]
    public void ProbabilitiesByTensorPrimitives() => _tensors.Probabilities(_all);

    [Benchmark, BenchmarkCategory(Category.TopK)]
    public void TopK() => _top.Find(OneThread);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.TopK)]
    public void ProbabilitiesAndSort() => _others.BySort(OneThread);

    [Benchmark, BenchmarkCategory(Category.TopK)]
    public void ProbabilitiesAndQueue() => _others.ByQueue(OneThread);

    Work IMeasuredWork.WorkOf(string category)
    {
        double inputs = (double)Problem.Features * (Problem.Rows + Problem.Classes) * Unsafe.SizeOf<T>();
        double outputs = (double)Problem.Rows * (category == Category.TopK ? Top : Problem.Classes) * Unsafe.SizeOf<T>();
        return new Work(Problem.Flops / 3, inputs + outputs);
    }
}
