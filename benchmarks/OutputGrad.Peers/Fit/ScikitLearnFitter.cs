using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Peers.Fit;

/// <summary>scikit-learn's LogisticRegression in a process of its own, in double precision, timed by that process's clock.</summary>
/// <remarks>
/// It minimizes the sum of the losses + |W|^2 / (2 C): its slopes are the mean's times the rows. It also stops where an iteration lowers
/// its objective by less than 2.2e-9 of it, which cannot be turned off.
/// </remarks>
internal sealed class ScikitLearnFitter : Fitter
{
    private readonly ScikitLearn _process;
    private readonly string _layerFile;
    private readonly double _tolerance;
    private double _seconds;
    private long _growth;

    private ScikitLearnFitter(FitTask task, int threads, ScikitLearn process, double tolerance, string layerFile)
        : base("scikit-learn", task, threads)
    {
        _process = process;
        _tolerance = tolerance;
        _layerFile = layerFile;
    }

    public override Contestant Contestant => base.Contestant with { OwnClock = () => _seconds };

    /// <summary>Starts the process; null where there is no scikit-learn.</summary>
    /// <param name="task">What to fit.</param>
    /// <param name="threads">The threads of its matrix products; all else of it has one.</param>
    /// <param name="dataFile">Where <see cref="Write"/> left the training rows; the layers come beside it.</param>
    public static ScikitLearnFitter? Start(FitTask task, int threads, string dataFile)
    {
        LayerShape shape = task.Data.Shape;
        ScikitLearn? process = ScikitLearn.Start(threads, dataFile, Text(shape.Rows), Text(shape.Features));
        return process is null ? null : new(task, threads, process, FitTask.LargestSlope * shape.Rows, dataFile + ".layer");

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Writes the training rows for the process: all vectors, then all labels.</summary>
    public static void Write(ClusteredVectors data, string dataFile)
    {
        using FileStream file = File.Create(dataFile);
        file.Write(MemoryMarshal.AsBytes(data.Training.Hidden));
        file.Write(MemoryMarshal.AsBytes(data.Training.Targets));
    }

    public override void Fit()
    {
        JsonElement answer = _process.Ask(new { Task.C, tol = _tolerance, max_iter = FitTask.MaxIterations });
        _seconds = answer.GetProperty("seconds").GetDouble();
        _growth = answer.GetProperty("growth").GetInt64();
        Iterations = answer.GetProperty("iterations").GetInt32();
        Evaluations = answer.GetProperty("evaluations").GetInt32();
    }

    public override long PeakGrowth()
    {
        Fit();
        return _growth;
    }

    public override FittedLayer Layer()
    {
        _process.Ask(new { save = _layerFile });
        double[] numbers = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(_layerFile)).ToArray();
        File.Delete(_layerFile);
        int weights = Task.Data.Shape.Classes * Task.Data.Shape.Features;
        return new(Task, numbers[..weights], numbers[weights..]);
    }

    public override void Dispose()
    {
        _process.Dispose();
        base.Dispose();
    }
}
