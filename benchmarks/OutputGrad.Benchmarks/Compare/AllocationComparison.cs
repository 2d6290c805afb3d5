using System.Globalization;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>What a call leaves to the garbage collector once it is warm.</summary>
internal sealed class AllocationComparison : IComparison
{
    private const string What = "managed bytes per call";

    public string Name => "allocation";

    public string Title => "Managed allocation per call in steady state";

    public IEnumerable<ComparisonCase> Cases =>
    [
        Layer(new(128, 256, 4096)),
        Layer(new(8, 256, 4096)),
        Step(new(128, 256, 4096)),
        Step(new(4, 256, 4096)),
        Top(new(128, 256, 4096)),
        Top(new(4, 256, 4096)),
        ComparisonCase.Of<float>("256x4096 logits", 1, _ => Logits()),
    ];

    private static ComparisonCase Layer(LayerShape shape) => ComparisonCase.Of<float>(shape, 1, _ =>
    {
        LayerProblem<float> problem = new(shape);
        return Both(threads => problem.Ours(threads).Run);
    });

    private static ComparisonCase Step(LayerShape shape) => ComparisonCase.Of<float>($"{shape} Step", 1, _ =>
    {
        LayerStep<float> step = new(new LayerProblem<float>(shape));
        return Both(threads => step.ExactContestant(threads).Run);
    });

    private static ComparisonCase Top(LayerShape shape) => ComparisonCase.Of<float>($"{shape} TopK", 1, _ =>
    {
        TopClasses<float> top = new(new ForwardLayer<float>(shape), count: 50);
        return Both(threads => top.Contestant(threads).Run);
    });

    private static List<Finding> Logits()
    {
        LogitsProblem<float> problem = new(256, 4096);
        return Both(threads => problem.Ours(threads).Run);
    }

    private static List<Finding> Both(Func<int, Action> call)
    {
        int all = Environment.ProcessorCount;
        double one = ManagedAllocation.PerCallOnThisThread(call(1));
        double parallel = ManagedAllocation.PerCallOnAllThreads(call(all));
        return
        [
            new Finding(1, What, one) { Text = Bytes(one) }.AtMostBytes(0),
            new Finding(all, What, parallel) { Text = Bytes(parallel) }.AtMostBytes(4096),
        ];
    }

    private static string Bytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:0} B");
}
