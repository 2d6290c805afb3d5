using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Benchmarks.Baselines;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>Loss and gradient from logits against the natural composition of TensorPrimitives, and against plain loops.</summary>
internal sealed class SoftmaxComparison : IComparison
{
    public string Name => "softmax";

    public string Title =>
        "SoftmaxCrossEntropy.LossAndGradient: loss and gradient from logits, against Max, Subtract, Exp, Sum, Multiply of TensorPrimitives";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case<float>(512, 50257, 4, floor: 1.5),
        Case<float>(256, 1000, 2, floor: 1.5),
        Case<double>(256, 1000, 2, floor: null),
    ];

    private static ComparisonCase Case<T>(int rows, int classes, double seconds, double? floor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ComparisonCase.Of<T>($"{rows}x{classes}", seconds, budget => Measure<T>(rows, classes, floor, budget));

    private static List<Finding> Measure<T>(int rows, int classes, double? floor, TimeSpan budget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitsProblem<T> problem = new(rows, classes);
        T[] gradient = new T[problem.Logits.Length];
        Contestant ours = problem.Ours(1);
        Contestant tensors = new("TensorPrimitives",
            () => TensorPrimitivesSoftmax.LossAndGradient(problem.Logits, problem.Targets, gradient.AsSpan()));
        Contestant scalar = new("scalar loops", () => ScalarSoftmax.LossAndGradient(problem.Logits, problem.Targets, gradient.AsSpan()));

        double loss = SoftmaxCrossEntropy.LossAndGradient<T>(problem.Logits, problem.Targets, problem.Gradient).Loss;
        Agreement.RequireLoss<T>(loss, TensorPrimitivesSoftmax.LossAndGradient(problem.Logits, problem.Targets, gradient.AsSpan()));
        Agreement.Require<T>("logit gradients", problem.Gradient, gradient);

        Timings timings = Alternation.Measure(budget, ours, tensors, scalar);
        double bytes = 2.0 * problem.Logits.Length * Unsafe.SizeOf<T>();
        return [Line(tensors).AtLeast(floor), Line(scalar)];

        Finding Line(Contestant other) =>
            Finding.TimeRatio(1, other, ours, timings, side => Figures.GigabytesPerSecond(bytes, timings.Seconds(side)));
    }
}
