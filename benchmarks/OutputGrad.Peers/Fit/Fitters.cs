namespace OutputGrad.Peers.Fit;

/// <summary>Who takes part; the first is this library.</summary>
internal sealed class Fitters : List<Fitter>, IDisposable
{
    /// <summary>All that are made for this size of problem.</summary>
    /// <param name="task">What to fit.</param>
    /// <param name="threads">With how many threads each.</param>
    /// <param name="dataFile">The training rows for another process.</param>
    public static Fitters Start(FitTask task, int threads, string dataFile)
    {
        Fitters fitters = [new OurFitter(task, threads)];
        if (ScikitLearnFitter.Start(task, threads, dataFile) is { } scikitLearn)
        {
            fitters.Add(scikitLearn);
        }

        fitters.Add(new TorchFitter(task, threads));
        return fitters;
    }

    public void Dispose() => ForEach(fitter => fitter.Dispose());
}
