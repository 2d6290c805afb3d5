using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>
/// The optimizers' steps on one thread, on logits like a trained model's. Their rates are so small that the weights stay what they are.
/// </summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class StepBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Rate = LayerStep<T>.LearningRate;

    private static readonly CrossEntropyOptions OneThread = LayerStep<T>.Exact with { MaxDegreeOfParallelism = 1 };
    private static readonly CrossEntropyOptions Filtered = LayerStep<T>.Filtered with { MaxDegreeOfParallelism = 1 };

    // Below the norm of most rows' gradients.
    private static readonly CrossEntropyOptions Clipping = OneThread with { MaxRowGradientNorm = 1 };

    private LayerProblem<T> _problem = null!;
    private LayerStep<T> _step = null!;
    private T[] _firstMoment = [];
    private T[] _secondMoment = [];

    [Params("256x512x4096", "77x301x1003")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    [GlobalSetup]
    public void Setup()
    {
        _problem = TrainedLayer.Create<T>(Problem);
        _step = new LayerStep<T>(_problem);
        _firstMoment = new T[_problem.Weights.Length];
        _secondMoment = new T[_problem.Weights.Length];
    }

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double Sgd() => _step.Run(Rate, OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double SgdFiltered() => _step.Run(Rate, Filtered).Loss;

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double SgdClipped() => _step.Run(Rate, Clipping).Loss;

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double Momentum() => _step.Run(new Momentum<T>(Rate, _firstMoment), OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double AdamW() => _step.Run(new AdamW<T>(Rate, _firstMoment, _secondMoment, step: 1), OneThread).Loss;

    [Benchmark, BenchmarkCategory(Category.Step)]
    public double AdamWFiltered() => _step.Run(new AdamW<T>(Rate, _firstMoment, _secondMoment, step: 1), Filtered).Loss;

    /// <summary>The gradient of the weights in memory and a pass of TensorPrimitives over both.</summary>
    [Benchmark(Baseline = true), BenchmarkCategory(Category.Step)]
    public double LossAndGradientThenUpdate() => UpdateAfterGradient.Run(_problem, Rate, OneThread).Loss;

    Work IMeasuredWork.WorkOf(string category) =>
        new(Problem.Flops, 2.0 * Problem.Features * (Problem.Rows + Problem.Classes) * Unsafe.SizeOf<T>());
}
