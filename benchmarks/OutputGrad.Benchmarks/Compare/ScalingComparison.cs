using System.Globalization;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Compare;

/// <summary>
/// How a call would spread over more cores than there are here: every item of every phase is timed on one thread, as it is cut for so many
/// workers, and the items are dealt out to them.
/// </summary>
internal sealed class ScalingComparison : IComparison
{
    private const int Calls = 3;
    private const int MostWorkers = 128;

    /// <summary>For how many the phases are told apart, and an efficiency is required.</summary>
    private const int ManyWorkers = 64;
    private const double RequiredEfficiency = 0.9;

    /// <summary>What is drawn over the workers.</summary>
    public const string EfficiencyName = "time of one worker / (workers x their time)";

    public string Name => "scaling";

    public string Title => "Many cores, simulated: LossAndGradient, its items timed on one thread and dealt out to workers";

    public bool OnlyByName => true;

    public IEnumerable<ComparisonCase> Cases =>
    [
        Case(new(512, 768, 50257)),

        // one of the ten chunks that 4096x1024x131072 is done in
        Case(new(416, 1024, 131072)),
    ];

    public ComparisonCase? Custom(LayerShape shape, string type) => type == "float" ? Case(shape) : null;

    private static ComparisonCase Case(LayerShape shape) => ComparisonCase.Of<float>(shape, 20, budget => Measure(new(shape), budget));

    private static List<Finding> Measure(LayerProblem<float> problem, TimeSpan budget)
    {
        problem.Ours(1).Run();
        PhaseTimes alone = TimesFor(problem, 1);
        List<Finding> findings = [], phases = [];
        for (int workers = 2; workers <= MostWorkers; workers *= 2)
        {
            PhaseTimes shared = TimesFor(problem, workers);
            findings.Add(Efficiency(problem.Shape, alone, shared, workers));
            if (workers == ManyWorkers)
            {
                phases.AddRange(shared.Phases.GroupBy(phase => phase.Name).Select(phase => InPhase(phase, shared)));
                double serial = shared.SerialSeconds / Schedule.Seconds(shared, workers);
                phases.Add(new(workers, "share of the call outside of all phases", serial));
            }
        }

        findings.AddRange(phases);
        if (Environment.ProcessorCount > 1)
        {
            findings.Add(Check(problem, alone, budget));
        }

        return findings;
    }

    private static PhaseTimes TimesFor(LayerProblem<float> problem, int workers) => PhaseTimes.Of(problem.Ours(workers).Run, Calls);

    private static Finding InPhase(IGrouping<string, (string Name, List<double> Items)> phase, PhaseTimes all)
    {
        double[] items = [.. phase.SelectMany(one => one.Items)];
        double seconds = phase.Sum(one => Schedule.Seconds(one.Items, ManyWorkers));
        return new(ManyWorkers, $"share of the call in {phase.Key}", seconds / Schedule.Seconds(all, ManyWorkers))
        {
            Ours = string.Create(CultureInfo.InvariantCulture, $"{items.Sum() / (ManyWorkers * seconds):0.000} busy"),
            Other = $"{items.Length} items of {Figures.Time(items.Average())}",
        };
    }

    private static Finding Efficiency(LayerShape shape, PhaseTimes alone, PhaseTimes shared, int workers)
    {
        double seconds = Schedule.Seconds(shared, workers);
        Finding efficiency = new(workers, EfficiencyName, alone.TotalSeconds / (workers * seconds))
        {
            Ours = Figures.Time(seconds),
            Other = $"memory gives {Figures.GigabytesPerSecond(MemoryBytes(shape), seconds)}",
        };
        return workers == ManyWorkers ? efficiency.AtLeast(RequiredEfficiency) : efficiency;
    }

    /// <summary>
    /// W is read for the logits and for dL/dH; dL/dW is written, and read before; logits are written, read as exponentials and written as
    /// residuals, which a cache keeps from there on.
    /// </summary>
    private static double MemoryBytes(LayerShape shape) =>
        sizeof(float) * ((4.0 * shape.Classes * shape.Features) + (3.0 * shape.Rows * shape.Classes));

    /// <summary>The simulation against what two threads really take.</summary>
    private static Finding Check(LayerProblem<float> problem, PhaseTimes alone, TimeSpan budget)
    {
        Contestant one = problem.Ours(1), two = problem.Ours(2);
        Timings timings = Alternation.Measure(budget / 2, one, two);
        double simulated = alone.TotalSeconds / Schedule.Seconds(TimesFor(problem, 2), 2), real = timings.TimeRatio(one, two);
        return new(2, "simulated / real: time of one thread over that of two", simulated / real)
        {
            Ours = string.Create(CultureInfo.InvariantCulture, $"{simulated:0.00}"),
            Other = string.Create(CultureInfo.InvariantCulture, $"{real:0.00}"),
            Rounds = timings.Rounds,
        };
    }
}
