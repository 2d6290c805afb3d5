using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>A layer cut into two shards, one after the other on one thread, beside the layer in one piece.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ShardBenchmarks<T> : IMeasuredWork
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    private LayerProblem<T> _problem = null!;
    private SoftmaxState<T>[] _merged = [];
    private SoftmaxState<T>[] _others = [];
    private T[] _othersHiddenGradient = [];

    [Params("256x512x4096", "77x301x1003")]
    public string Shape { get; set; } = "";

    Type IMeasuredWork.ElementType => typeof(T);

    private LayerShape Problem => LayerShape.Parse(Shape);

    private Range FirstHalf => ..(Problem.Classes / 2);

    private Range SecondHalf => (Problem.Classes / 2)..Problem.Classes;

    [GlobalSetup]
    public void Setup()
    {
        _problem = new LayerProblem<T>(Problem);
        _merged = new SoftmaxState<T>[Problem.Rows];
        _others = new SoftmaxState<T>[Problem.Rows];
        _othersHiddenGradient = new T[_problem.Hidden.Length];
        ShardForward();
    }

    /// <summary>Both shards' states, merged.</summary>
    [Benchmark, BenchmarkCategory(Category.ShardForward)]
    public void ShardForward()
    {
        Forward(FirstHalf, _merged);
        Forward(SecondHalf, _others);
        for (int row = 0; row < _merged.Length; row++)
        {
            _merged[row] = SoftmaxState<T>.Merge(_merged[row], _others[row]);
        }
    }

    [Benchmark(Baseline = true), BenchmarkCategory(Category.ShardForward)]
    public double LossOfTheWhole() =>
        LinearCrossEntropy.Loss<T>(new(_problem.Weights), new(_problem.Hidden, _problem.Targets), OneThread).Loss;

    /// <summary>Both shards' gradients, the parts of dL/dH added.</summary>
    [Benchmark, BenchmarkCategory(Category.ShardBackward)]
    public double ShardBackward()
    {
        double loss = Backward(FirstHalf, _problem.HiddenGradient);
        Backward(SecondHalf, _othersHiddenGradient);
        TensorPrimitives.Add(_problem.HiddenGradient, _othersHiddenGradient, _problem.HiddenGradient);
        return loss;
    }

    [Benchmark(Baseline = true), BenchmarkCategory(Category.ShardBackward)]
    public double LossAndGradientOfTheWhole() => _problem.LossAndGradient(OneThread).Loss;

    Work IMeasuredWork.WorkOf(string category)
    {
        double inputs = (double)Problem.Features * (Problem.Rows + Problem.Classes) * Unsafe.SizeOf<T>();
        return category == Category.ShardForward ? new Work(Problem.Flops / 3, inputs) : new Work(Problem.Flops, 2 * inputs);
    }

    private void Forward(Range classes, SoftmaxState<T>[] states) => LinearCrossEntropy.ShardForward(
        new OutputLayer<T>(Rows(_problem.Weights, classes)),
        new LabeledBatch<T>(_problem.Hidden, _problem.Targets),
        classes.Start.Value,
        Problem.Classes,
        states,
        OneThread);

    private double Backward(Range classes, T[] hiddenGradient) => LinearCrossEntropy.ShardBackward(
        new OutputLayer<T>(Rows(_problem.Weights, classes)),
        new LabeledBatch<T>(_problem.Hidden, _problem.Targets),
        classes.Start.Value,
        Problem.Classes,
        _merged,
        new OutputGradients<T> { Hidden = hiddenGradient, Weights = Rows(_problem.WeightGradient, classes) },
        OneThread).Loss;

    private Span<T> Rows(T[] matrix, Range classes) =>
        matrix.AsSpan((classes.Start.Value * Problem.Features)..(classes.End.Value * Problem.Features));
}
