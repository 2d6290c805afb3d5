using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>Shuffled mini-batches by their rows' indices, against the rows copied one behind the other.</summary>
internal sealed class RowIndicesComparison : IComparison
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    public string Name => "indices";

    public string Title => "Shuffled rows of a larger set by LabeledBatch.RowIndices, LinearCrossEntropy.LossAndGradient, one thread";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(4, 768, 1000)),
        Case(new(32, 384, 77)),
        Case(new(256, 384, 77)),
        Case(new(256, 768, 1000)),
    ];

    private static ComparisonCase Case(LayerShape batch) => ComparisonCase.Of<float>(batch, 2, budget =>
    {
        ShuffledRows rows = new(batch);
        rows.RequireSameBits(OneThread);
        Contestant copied = new("copied rows", () => rows.Copied(OneThread));
        Contestant picked = new("row indices", () => rows.Picked(OneThread));
        Contestant inOrder = new("rows in order", () => rows.InOrder(OneThread));
        Timings timings = Alternation.Measure(budget, copied, picked, inOrder);
        return [Finding.TimeRatio(1, copied, picked, timings), Finding.TimeRatio(1, picked, inOrder, timings)];
    });
}
