using System.Globalization;
using System.Runtime.InteropServices;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>How the time grows with the rows, one by one: no row may cost what a whole vector or tile of rows does.</summary>
internal sealed class RowsComparison : IComparison
{
    /// <summary>Points of curves, all in seconds: so many rows, and the two bounds of a single row.</summary>
    public const string Time = "LossAndGradient";
    public const string Streaming = "streaming";
    public const string MultiplyAdds = "multiply-adds of a row at the peak";

    private const int MostRows = 64;

    public string Name => "rows";

    public string Title => $"One more row: LossAndGradient of 1 to {MostRows} rows, all in turns";

    public bool OnlyByName => true;

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(MostRows, 64, 1000), seconds: 20),
        Case(new(MostRows, 256, 2000), seconds: 30),
        Case(new(MostRows, 768, 50257), seconds: 90),
    ];

    private static ComparisonCase Case(LayerShape shape, double seconds) =>
        ComparisonCase.Of<float>(shape, seconds, budget => Measure(new(shape), budget));

    private static List<Finding> Measure(LayerProblem<float> problem, TimeSpan budget)
    {
        Contestant peak = FmaPeak.Contestant<float>(1);
        Contestant stream = new(Streaming, () => Stream(problem));
        Contestant[] rows = [.. Enumerable.Range(1, MostRows).Select(count => Rows(problem, count))];
        Timings timings = Alternation.Measure(budget, [peak, stream, .. rows]);
        double streaming = timings.Seconds(stream), flopsPerSecond = peak.Flops / timings.Seconds(peak);
        (double step, int before) = Enumerable.Range(1, MostRows - 1)
            .Select(count => (timings.TimeRatio(rows[count], rows[count - 1]), count)).Max();
        (double excess, int at) = Enumerable.Range(1, MostRows)
            .Select(count => (timings.Seconds(rows[count - 1]) / Math.Max(streaming, rows[count - 1].Flops / flopsPerSecond), count)).Max();
        return
        [
            Line($"largest time of a row more / time, from {before} rows on", step, rows[before], rows[before - 1], timings).AtMost(1.2),
            Line($"largest time / bound, at {at} rows", excess, rows[at - 1], stream, timings).AtMost(1.6),
            Point(1, Streaming, streaming),
            Point(1, MultiplyAdds, rows[0].Flops / flopsPerSecond),
            .. rows.Select((contestant, i) => Point(i + 1, Time, timings.Seconds(contestant))),
        ];

        Finding Point(int count, string what, double seconds) => new(1, what, seconds)
        {
            Shape = (problem.Shape with { Rows = count }).ToString(),
            Text = Figures.Time(seconds),
            Rounds = timings.Rounds,
            IsPoint = true,
        };
    }

    private static Finding Line(string what, double value, Contestant ours, Contestant other, Timings timings) => new(1, what, value)
    {
        Ours = Figures.Time(timings.Seconds(ours)),
        Other = Figures.Time(timings.Seconds(other)),
        Rounds = timings.Rounds,
    };

    private static Contestant Rows(LayerProblem<float> problem, int count)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        int hidden = count * problem.Shape.Features;
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{count} rows"),
            () => LinearCrossEntropy.LossAndGradient<float>(
                problem.Hidden.AsSpan(0, hidden),
                problem.Weights,
                problem.Targets.AsSpan(0, count),
                problem.HiddenGradient.AsSpan(0, hidden),
                problem.WeightGradient,
                options),
            (problem.Shape with { Rows = count }).Flops);
    }

    private static void Stream(LayerProblem<float> problem)
    {
        StreamingLoop.Read(MemoryMarshal.AsBytes<float>(problem.Weights));
        StreamingLoop.Copy(MemoryMarshal.AsBytes<float>(problem.Weights), MemoryMarshal.AsBytes(problem.WeightGradient.AsSpan()));
    }
}
