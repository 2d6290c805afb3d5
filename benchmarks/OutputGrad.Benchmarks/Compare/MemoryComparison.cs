using System.Diagnostics;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>
/// Memory beyond the arguments: of the gradient at a size whose logits alone would take 2.1 GB, of a step, which has no dL/dW, and of the
/// most likely of a million classes.
/// </summary>
internal sealed class MemoryComparison : IComparison
{
    // Room for neither the logits of the step's batch nor its weight gradient.
    private const long SmallBudget = 64L << 20;

    private static readonly LayerShape Gradient = new(4096, 1024, 131072);
    private static readonly LayerShape Step = new(512, 768, 50257);
    private static readonly LayerShape Top = new(256, 128, 1_000_000);
    private static readonly LayerShape WarmUp = new(64, 64, 1000);

    public string Name => "memory";

    public string Title => "Memory beyond the arguments of LinearCrossEntropy.LossAndGradient and Step, and of LinearSoftmax.TopK";

    public IEnumerable<ComparisonCase> Cases =>
    [
        ComparisonCase.Of<float>(Gradient, 20, _ => MeasureGradient()),
        ComparisonCase.Of<float>(Step, 3, _ => MeasureStep()),
        ComparisonCase.Of<float>(Top, 2, _ => MeasureTop()),
    ];

    private static List<Finding> MeasureGradient()
    {
        CrossEntropyOptions options = new();
        int threads = Environment.ProcessorCount;
        new LayerProblem<float>(WarmUp).LossAndGradient(options);   // Compiled code is not workspace.
        LayerProblem<float> problem = new(Gradient);

        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        long growth = ResidentMemory.PeakGrowth(() => problem.LossAndGradient(options));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        long workspace = LinearCrossEntropy.WorkspaceBytes<float>(Gradient.Rows, Gradient.Features, Gradient.Classes, options);
        string speed = Figures.Gigaflops(Gradient.Flops / seconds / 1e9);
        long budget = options.MaxWorkspaceBytes;
        string logits = $"{Figures.Bytes(4.0 * Gradient.Rows * Gradient.Classes)} of logits";
        return
        [
            new Finding(threads, "LossAndGradient: growth of the resident set", growth)
            {
                Text = Figures.Bytes(growth),
                Ours = speed,
                Other = logits,
            }.AtMostBytes(budget),
            new Finding(threads, "what WorkspaceBytes says", workspace) { Text = Figures.Bytes(workspace) }.AtMostBytes(budget),
            new Finding(threads, "managed allocation of the call", allocated) { Text = Figures.Bytes(allocated) },
        ];
    }

    private static List<Finding> MeasureStep()
    {
        LayerProblem<float> problem = new(Step);
        string gradient = $"{Figures.Bytes(sizeof(float) * problem.Weights.LongLength)} of dL/dW";
        return [Extra(new()), Extra(new() { MaxWorkspaceBytes = SmallBudget })];

        Finding Extra(CrossEntropyOptions options)
        {
            new LayerStep<float>(new LayerProblem<float>(WarmUp)).Run(LayerStep<float>.LearningRate, options);
            long growth = ResidentMemory.PeakGrowth(() => new LayerStep<float>(problem).Run(LayerStep<float>.LearningRate, options));
            long budget = options.MaxWorkspaceBytes;
            long extra = Math.Max(0, growth - budget);
            return new Finding(Environment.ProcessorCount, $"Step: growth beyond a budget of {Figures.Bytes(budget)}", extra)
            {
                Text = Figures.Bytes(extra),
                Ours = $"grew by {Figures.Bytes(growth)}",
                Other = gradient,
            }.AtMostBytes(0);
        }
    }

    private static List<Finding> MeasureTop()
    {
        CrossEntropyOptions options = new();
        TopClasses<float> top = new(new ForwardLayer<float>(Top), count: 50);
        new TopClasses<float>(new ForwardLayer<float>(WarmUp), count: 50).Find(options);

        long growth = ResidentMemory.PeakGrowth(() => top.Find(options));
        return
        [
            new Finding(Environment.ProcessorCount, "TopK of 50: growth of the resident set", growth)
            {
                Text = Figures.Bytes(growth),
                Other = $"{Figures.Bytes(4.0 * Top.Rows * Top.Classes)} of logits",
            }.AtMostBytes(options.MaxWorkspaceBytes),
        ];
    }
}
