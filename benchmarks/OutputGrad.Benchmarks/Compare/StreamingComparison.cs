using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>One row, and four: there is next to nothing to reuse, so the memory is the speed limit.</summary>
internal sealed class StreamingComparison : IComparison
{
    private static readonly LayerShape OneRow = new(1, 1024, 32768);
    private static readonly LayerShape FourRows = OneRow with { Rows = 4 };

    public string Name => "streaming";

    public string Title => "Few rows against streaming: W read twice, and dL/dW (LossAndGradient) or W itself (Step) written once";

    public IEnumerable<ComparisonCase> Cases =>
    [
        ComparisonCase.Of<float>(OneRow, 3, Gradient),
        ComparisonCase.Of<float>(OneRow, 2, budget => Step(OneRow, budget)),
        ComparisonCase.Of<float>(FourRows, 2, budget => Step(FourRows, budget)),
    ];

    private static List<Finding> Gradient(TimeSpan budget)
    {
        LayerProblem<float> problem = new(OneRow);
        float[] copy = new float[problem.Weights.Length];
        return [Measure(problem.Ours(1) with { Name = "LossAndGradient" }, problem.Weights, copy, budget).AtLeast(0.75)];
    }

    private static List<Finding> Step(LayerShape shape, TimeSpan budget)
    {
        LayerProblem<float> problem = new(shape);
        return [Measure(new LayerStep<float>(problem).ExactContestant(1), problem.Weights, problem.Weights, budget)];
    }

    private static Finding Measure(Contestant ours, float[] weights, float[] written, TimeSpan budget)
    {
        Contestant stream = new("streaming", () => Stream(MemoryMarshal.AsBytes<float>(weights), MemoryMarshal.AsBytes(written.AsSpan())));
        Timings timings = Alternation.Measure(budget, ours, stream);
        double bytes = 3.0 * sizeof(float) * weights.Length;
        return Finding.TimeRatio(1, stream, ours, timings, side => Figures.GigabytesPerSecond(bytes, timings.Seconds(side)));
    }

    private static void Stream(ReadOnlySpan<byte> weights, Span<byte> written)
    {
        StreamingLoop.Read(weights);
        StreamingLoop.Copy(weights, written);
    }
}
