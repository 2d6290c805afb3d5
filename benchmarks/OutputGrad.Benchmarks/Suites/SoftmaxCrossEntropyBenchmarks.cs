using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>Softmax cross-entropy from logits on one thread.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class SoftmaxCrossEntropyBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private LogitsProblem<T> _problem = null!;
    private T[] _softTargets = [];

    [Params("256x1024", "77x1003")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = Sizes.Parse(Shape);
        _problem = new LogitsProblem<T>(sizes[0], sizes[1]);
        _softTargets = RandomData.Distributions<T>(sizes[0], sizes[1], seed: 4);
    }

    [Benchmark, BenchmarkCategory(Category.SoftmaxLoss)]
    public double Loss() => SoftmaxCrossEntropy.Loss<T>(_problem.Logits, _problem.Targets, OneThread).Loss;

    [Benchmark(Baseline = true), BenchmarkCategory(Category.SoftmaxLoss)]
    public double LossByTensorPrimitives() => TensorPrimitivesSoftmax.Loss<T>(_problem.Logits, _problem.Targets, _problem.Gradient);

    [Benchmark, BenchmarkCategory(Category.SoftmaxGradient)]
    public double LossAndGradient() =>
        SoftmaxCrossEntropy.LossAndGradient<T>(_problem.Logits, _problem.Targets, _problem.Gradient, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.SoftmaxGradient)]
    public double LossAndGradientOfSoftTargets() =>
        SoftmaxCrossEntropy.LossAndGradient<T>(_problem.Logits, _softTargets, _problem.Rows, _problem.Gradient, OneThread).Loss;

    [Benchmark(Baseline = true), BenchmarkCategory(Category.SoftmaxGradient)]
    public double ByTensorPrimitives() => TensorPrimitivesSoftmax.LossAndGradient<T>(_problem.Logits, _problem.Targets, _problem.Gradient);

    [Benchmark, BenchmarkCategory(Category.SoftmaxGradient)]
    public double ByScalarLoops() => ScalarSoftmax.LossAndGradient<T>(_problem.Logits, _problem.Targets, _problem.Gradient);

    Work IMeasuredWork.WorkOf(string category)
    {
        double logits = Sizes.Parse(Shape).Aggregate(1.0, (product, size) => product * size) * Unsafe.SizeOf<T>();
        return new Work(0, category == Category.SoftmaxLoss ? logits : 2 * logits);
    }
}
