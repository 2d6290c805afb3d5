using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>What entropies and target ranks cost where they are asked for.</summary>
internal sealed class StatisticsComparison : IComparison
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    public string Name => "statistics";

    public string Title => "Loss with RowResults.Entropies and TargetRanks over Loss alone, of the layer and from logits";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Layer(new(4, 1024, 32768)),
        Layer(new(256, 1024, 16384)),
        Layer(new(2048, 256, 1000)),
        Logits(256, 1000),
    ];

    private static ComparisonCase Layer(LayerShape shape) => ComparisonCase.Of<float>(shape, 2, budget =>
    {
        ForwardLayer<float> layer = new(shape);
        return Lines(shape.Rows, budget, rows => layer.Loss(OneThread, rows));
    });

    private static ComparisonCase Logits(int rows, int classes) => ComparisonCase.Of<float>($"{rows}x{classes} logits", 2, budget =>
    {
        LogitsProblem<float> problem = new(rows, classes);
        return Lines(rows, budget, results => SoftmaxCrossEntropy.Loss<float>(problem.Logits, problem.Targets, OneThread, rows: results));
    });

    private static List<Finding> Lines(int rows, TimeSpan budget, Loss loss)
    {
        float[] entropies = new float[rows];
        int[] ranks = new int[rows];
        Contestant alone = new("Loss", () => loss(default));
        Contestant[] more =
        [
            new("Loss with Entropies", () => loss(new() { Entropies = entropies })),
            new("Loss with TargetRanks", () => loss(new() { TargetRanks = ranks })),
            new("Loss with both", () => loss(new() { Entropies = entropies, TargetRanks = ranks })),
        ];
        Timings timings = Alternation.Measure(budget, [alone, .. more]);
        return [.. more.Select(one => Finding.TimeRatio(1, one, alone, timings))];
    }

    private delegate CrossEntropyResult Loss(RowResults<float> rows);
}
