using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>The fused layer on one thread.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class LinearCrossEntropyBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private LayerProblem<T> _problem = null!;
    private TensorPrimitivesLayer<T> _tensors = null!;
    private ScalarLayer<T> _scalar = null!;
    private OpenBlasLayer<T> _blas = null!;
    private T[] _softTargets = [];
    private CrossEntropyOptions _clipping = null!;

    [Params("256x512x4096", "77x301x1003")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    [GlobalSetup]
    public void Setup()
    {
        _problem = new LayerProblem<T>(Problem);
        _tensors = new TensorPrimitivesLayer<T>(_problem);
        _scalar = new ScalarLayer<T>(_problem);
        _blas = new OpenBlasLayer<T>(_problem);
        _softTargets = RandomData.Distributions<T>(Problem.Rows, Problem.Classes, seed: 4);

        // A row's norm is |g| |h|, and |g| is near 1 here: some rows are scaled down, some are not.
        _clipping = OneThread with { MaxRowGradientNorm = Math.Sqrt(Problem.Features / 3.0) };
    }

    [Benchmark, BenchmarkCategory(Category.LayerLoss)]
    public double Loss() =>
        LinearCrossEntropy.Loss<T>(new(_problem.Weights), new(_problem.Hidden, _problem.Targets), OneThread).Loss;

    [Benchmark(Baseline = true), BenchmarkCategory(Category.LayerLoss)]
    public double LossByTensorPrimitives() => _tensors.Loss();

    [Benchmark, BenchmarkCategory(Category.LayerGradient)]
    public double LossAndGradient() => _problem.LossAndGradient(OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.LayerGradient)]
    public double LossAndGradientOfSoftTargets() => LinearCrossEntropy.LossAndGradient<T>(
        new(_problem.Weights),
        new(_problem.Hidden, _softTargets, Problem.Rows),
        new() { Hidden = _problem.HiddenGradient, Weights = _problem.WeightGradient },
        OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.LayerGradient)]
    public double LossAndGradientClipped() => _problem.LossAndGradient(_clipping).Loss;

    [Benchmark(Baseline = true), BenchmarkCategory(Category.LayerGradient)]
    public double ByTensorPrimitives() => _tensors.LossAndGradient();

    [Benchmark, BenchmarkCategory(Category.LayerGradient)]
    public double ByScalarLoops() => _scalar.LossAndGradient();

    /// <summary>Less than the others do: the three products alone.</summary>
    [Benchmark, NeedsOpenBlas, BenchmarkCategory(Category.LayerGradient)]
    public void ProductsByOpenBlas() => _blas.Run(threads: 1);

    Work IMeasuredWork.WorkOf(string category)
    {
        double inputs = (double)Problem.Features * (Problem.Rows + Problem.Classes) * Unsafe.SizeOf<T>();
        return category == Category.LayerLoss ? new Work(Problem.Flops / 3, inputs) : new Work(Problem.Flops, 2 * inputs);
    }
}
