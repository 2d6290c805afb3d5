using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>Weights of 16 bits, read where they lie, against the same numbers in float.</summary>
internal sealed class StorageComparison : IComparison
{
    private static readonly CrossEntropyOptions OneThread = new() { MaxDegreeOfParallelism = 1 };

    public string Name => "storage";

    public string Title => "Weights of 16 bits against the same weights in float, LinearCrossEntropy";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(1, 1024, 32768), 3, wantsWeightGradient: true, new(Loss: 1.6, HiddenGradient: 1.6)),
        Case(new(4, 1024, 32768), 3, wantsWeightGradient: true, new(Loss: 1.6)),
        Case(new(512, 768, 50257), 14, wantsWeightGradient: true, new(LossAndGradient: .95)),
        Case(RealHeads.Qwen(1), 3),
        Case(RealHeads.Qwen(8), 3),
        Case(RealHeads.Gemma(1), 3),
        Case(RealHeads.Gemma(8), 3),
    ];

    private static ComparisonCase Case(
        LayerShape shape, double seconds, bool wantsWeightGradient = false, Floors floors = default) =>
        ComparisonCase.Of<float>(shape, seconds, budget =>
        {
            StoredLayer<float> layer = new(shape, wantsWeightGradient);
            layer.RequireSameBits(OneThread);
            TimeSpan part = budget / (wantsWeightGradient ? 3 : 2);
            List<Finding> findings =
            [
                .. Lines("Loss", part, floors.Loss, format => layer.Loss(format, OneThread)),
                .. Lines("dL/dH", part, floors.HiddenGradient, format => layer.HiddenGradient(format, OneThread)),
            ];
            if (wantsWeightGradient)
            {
                findings.AddRange(
                    Lines("LossAndGradient", part, floors.LossAndGradient, format => layer.LossAndGradient(format, OneThread)));
            }

            return findings;
        });

    private static IEnumerable<Finding> Lines(
        string what, TimeSpan budget, double? leastForBFloat16, Func<WeightFormat, CrossEntropyResult> call)
    {
        Contestant full = new($"{what} in float", () => call(WeightFormat.Full));
        Contestant bfloat16 = new("bfloat16", () => call(WeightFormat.BFloat16));
        Contestant half = new("Half", () => call(WeightFormat.Half));
        Timings timings = Alternation.Measure(budget, full, bfloat16, half);
        yield return Finding.TimeRatio(1, full, bfloat16, timings).AtLeast(leastForBFloat16);
        yield return Finding.TimeRatio(1, full, half, timings);
    }

    /// <summary>What is required of float's time over bfloat16's.</summary>
    private readonly record struct Floors(double? Loss = null, double? HiddenGradient = null, double? LossAndGradient = null);
}
