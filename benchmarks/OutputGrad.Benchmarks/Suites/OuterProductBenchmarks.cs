using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>
/// Outer products added to a matrix, one of them and a batch. The destination grows with every call, by too little to overflow in a run.
/// </summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class OuterProductBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private OuterProblem<T> _problem = null!;

    [Params("256x512x1024", "77x301x1003")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    [GlobalSetup]
    public void Setup() => _problem = new OuterProblem<T>(Problem);

    [Benchmark, BenchmarkCategory(Category.OuterAdd)]
    public void Add() => OuterProduct.Add(
        _problem.Residuals.AsSpan(0, Problem.Classes), _problem.Hidden.AsSpan(0, Problem.Features), _problem.Destination, T.One);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.OuterAdd)]
    public void AddByTensorPrimitives() => OuterProductLoops.ByTensorPrimitives(_problem, 1, T.One);

    [Benchmark, BenchmarkCategory(Category.OuterAdd)]
    public void AddByScalarLoops() => OuterProductLoops.ByElements(_problem, 1, T.One);

    [Benchmark, BenchmarkCategory(Category.OuterAddBatch)]
    public void AddBatch() =>
        OuterProduct.AddBatch<T>(_problem.Residuals, _problem.Hidden, _problem.Shape.Rows, _problem.Destination, T.One);

    [Benchmark(Baseline = true), BenchmarkCategory(Category.OuterAddBatch)]
    public void AddBatchByTensorPrimitives() => OuterProductLoops.ByTensorPrimitives(_problem, _problem.Shape.Rows, T.One);

    [Benchmark, BenchmarkCategory(Category.OuterAddBatch)]
    public void AddBatchByScalarLoops() => OuterProductLoops.ByElements(_problem, _problem.Shape.Rows, T.One);

    [Benchmark, NeedsOpenBlas, BenchmarkCategory(Category.OuterAddBatch)]
    public void AddBatchByOpenBlas() => OuterProductLoops.ByOpenBlas(_problem, _problem.Shape.Rows);

    Work IMeasuredWork.WorkOf(string category)
    {
        double rows = category == Category.OuterAdd ? 1 : Problem.Rows;
        double entries = (double)Problem.Classes * Problem.Features;
        double vectors = rows * (Problem.Classes + Problem.Features);
        return new Work(2 * rows * entries, (2 * entries + vectors) * Unsafe.SizeOf<T>());
    }
}
