using System.Globalization;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers.Fit;

/// <summary>What a fit takes and what it finds: the first fitter's, ours, against all others'.</summary>
internal sealed class FitFindings(FitTask task, int threads, Fitters fitters)
{
    private const double MostExcess = 1e-6;
    private const double MostAccuracyApart = 1e-3;

    /// <summary>How much memory a fit takes; to be measured before anything else.</summary>
    public List<Finding> Memory()
    {
        long[] growths = [.. fitters.Select(fitter => fitter.PeakGrowth())];
        return Against(i => Compare(
            i, $"memory of {fitters[i].Name} / ours", (double)growths[i] / growths[0], "0.000", fitter => Figures.Bytes(growths[fitter])));
    }

    /// <summary>How much longer the others take.</summary>
    /// <param name="alternate">How they take turns.</param>
    /// <param name="leastRatios">What is required, by name.</param>
    public List<Finding> Times(Func<Contestant[], Timings> alternate, IReadOnlyDictionary<string, double> leastRatios)
    {
        Contestant[] contestants = [.. fitters.Select(fitter => fitter.Contestant)];
        Timings timings = alternate(contestants);
        return Against(i =>
        {
            Finding time = Finding.TimeRatio(threads, contestants[i], contestants[0], timings);
            (double least, double most) = timings.TimeRatioRange(contestants[i], contestants[0]);
            return (time with
            {
                What = OfTask(time.What),
                Text = $"{time.Text} ({Figures.Ratio(least)} to {Figures.Ratio(most)})",
                Ours = Describe(0),
                Other = Describe(i),
            }).AtLeast(leastRatios.TryGetValue(fitters[i].Name, out double ratio) ? ratio : null);
        });

        string Describe(int fitter) => fitters[fitter].Describe(timings.Seconds(contestants[fitter]));
    }

    /// <summary>What the last fits found.</summary>
    public List<Finding> Layers()
    {
        FittedLayer[] layers = [.. fitters.Select(fitter => fitter.Layer())];
        FittedLayer ours = layers[0];
        return
        [
            .. Against(i => Compare(
                i, $"objective of ours / {fitters[i].Name}'s - 1", (ours.Objective / layers[i].Objective) - 1, "0.0e+0",
                fitter => Text(layers[fitter].Objective, "0.00000000")).AtMost(MostExcess)),
            .. Against(i => Compare(
                i, $"largest slope of {fitters[i].Name} / ours", layers[i].LargestSlope / ours.LargestSlope, "0.000",
                fitter => Text(layers[fitter].LargestSlope, "0.0e+0"))),
            .. Against(i => Compare(
                i, $"held-out accuracy, distance from {fitters[i].Name}'s", Math.Abs(layers[i].Accuracy - ours.Accuracy), "0.0000",
                fitter => Text(layers[fitter].Accuracy, "0.0000")).AtMost(MostAccuracyApart)),
        ];
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    private List<Finding> Against(Func<int, Finding> other) => [.. Enumerable.Range(1, fitters.Count - 1).Select(other)];

    private Finding Compare(int other, string what, double value, string format, Func<int, string> absolute) =>
        new(threads, OfTask(what), value) { Text = Text(value, format), Ours = absolute(0), Other = absolute(other) };

    private string OfTask(string what) => $"C = {Text(task.C, "0.##")}, {what}";
}
