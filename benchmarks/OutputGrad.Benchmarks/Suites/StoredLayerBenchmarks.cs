using System.Numerics;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>Weights of 16 bits against the same numbers in full, on one thread; gradients are those of the hidden vectors.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class StoredLayerBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private StoredLayer<T> _layer = null!;

    [Params("256x512x4096", "77x301x1003", RealHeads.QwenRow, RealHeads.GemmaRow)]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    [GlobalSetup]
    public void Setup() => _layer = new StoredLayer<T>(Problem);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.StoredLoss)]
    public double Loss() => _layer.Loss(WeightFormat.Full, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.StoredLoss)]
    public double LossOfBFloat16() => _layer.Loss(WeightFormat.BFloat16, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.StoredLoss)]
    public double LossOfHalf() => _layer.Loss(WeightFormat.Half, OneThread).Loss;

    [Benchmark(Baseline = true), BenchmarkCategory(Category.StoredGradient)]
    public double HiddenGradient() => _layer.HiddenGradient(WeightFormat.Full, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.StoredGradient)]
    public double HiddenGradientOfBFloat16() => _layer.HiddenGradient(WeightFormat.BFloat16, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.StoredGradient)]
    public double HiddenGradientOfHalf() => _layer.HiddenGradient(WeightFormat.Half, OneThread).Loss;

    // The bytes are the weights' in one of two sizes, which the category does not say.
    Work IMeasuredWork.WorkOf(string category) =>
        new(category == Category.StoredLoss ? Problem.Flops / 3 : Problem.Flops * 2 / 3, 0);
}
