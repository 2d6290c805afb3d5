using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>One row: the step has nothing to reuse, so the memory is its speed limit.</summary>
internal sealed class StreamingComparison : IComparison
{
    private static readonly LayerShape Shape = new(1, 1024, 32768);

    public string Name => "streaming";

    public string Title => "LinearCrossEntropy.LossAndGradient of one row against streaming the same bytes: W read twice, dL/dW written once";

    public IEnumerable<ComparisonCase> Cases => [new(Shape.ToString(), "float", 5, Measure)];

    private static List<Finding> Measure(TimeSpan budget)
    {
        LayerProblem<float> problem = new(Shape);
        byte[] copy = new byte[sizeof(float) * problem.Weights.LongLength];
        Contestant ours = problem.Ours(1);
        Contestant stream = new("read and copy", () => Stream(problem.Weights, copy));
        Timings timings = Alternation.Measure(budget, TimeSpan.Zero, ours, stream);
        double bytes = 3.0 * copy.Length;
        return
        [
            new Finding(1, "time of streaming / ours", timings.TimeRatio(stream, ours))
            {
                Ours = Figures.GigabytesPerSecond(bytes, timings.Seconds(ours)),
                Other = Figures.GigabytesPerSecond(bytes, timings.Seconds(stream)),
                Rounds = timings.Rounds,
                Target = Target.AtLeast(0.75),
            },
        ];
    }

    private static void Stream(float[] weights, byte[] copy)
    {
        ReadOnlySpan<byte> source = MemoryMarshal.AsBytes<float>(weights);
        StreamingLoop.Read(source);
        StreamingLoop.Copy(source, copy);
    }
}
