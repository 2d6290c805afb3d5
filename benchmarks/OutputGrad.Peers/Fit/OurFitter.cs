using OutputGrad.Training;

namespace OutputGrad.Peers.Fit;

/// <summary><see cref="LinearProbe"/>, in single precision.</summary>
internal sealed class OurFitter(FitTask task, int threads) : Fitter("ours", task, threads)
{
    private readonly float[] _weights = new float[task.Data.Shape.Classes * task.Data.Shape.Features];
    private readonly float[] _bias = new float[task.Data.Shape.Classes];
    private readonly FitOptions _options = new()
    {
        L2 = task.L2,
        GradientTolerance = FitTask.LargestSlope,
        MaxIterations = FitTask.MaxIterations,
        History = FitTask.History,
        Loss = new() { MaxDegreeOfParallelism = threads },
    };

    public override void Fit()
    {
        _weights.AsSpan().Clear();
        _bias.AsSpan().Clear();
        FitReport report = LinearProbe.Fit(_weights, _bias, Task.Data.Training, _options);
        Iterations = report.Iterations;
        Evaluations = report.Evaluations;
    }

    public override FittedLayer Layer() => new(Task, FittedLayer.Widened(_weights), FittedLayer.Widened(_bias));
}
