using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>A path of penalties: what its fits are, and which one is kept.</summary>
public class FitPaths
{
    private static readonly double[] Strengths = [.001, 10, .1, 1, .01];

    [Fact]
    public void EachFitStartsWhereTheLastOneEndedAndTheBestIsKept()
    {
        ClusteredRows<double> rows = new(60, 30, 4, distance: 2), single = new(60, 30, 4, distance: 2);
        ClusteredRows<double> all = new(200, 30, 4, distance: 2);

        PathReport path = LinearProbe.FitPath<double>(rows.Weights, rows.Bias, rows.Batch, all.Part(60, 140), Strengths);

        Assert.Equal([10, 1, .1, .01, .001], path.Points.Select(point => point.L2));
        double[]? kept = null;
        foreach (PathPoint point in path.Points)
        {
            FitReport report = LinearProbe.Fit<double>(
                single.Weights, single.Bias, single.Batch, new() { L2 = point.L2 }, all.Part(60, 140));
            Assert.Equal(report, point.Report);
            kept = point == path.Points[path.Best] ? [.. single.Weights] : kept;
        }

        Assert.Equal(path.Points.Min(point => point.Report.ValidationLoss), path.Points[path.Best].Report.ValidationLoss);
        Assert.InRange(path.Best, 1, 3);
        Exactly.SameBits<double>(kept, rows.Weights, "weights");
    }

    [Fact]
    public void ProgressSaysWhichFitItIsOf()
    {
        ClusteredRows<float> rows = new(60, 10, 4), others = new(60, 10, 4, seed: 2);
        ProgressRecord progress = new();

        PathReport path = LinearProbe.FitPath<float>(rows.Weights, rows.Bias, rows.Batch, others.Batch, Strengths, null, progress);

        Assert.Equal(
            path.Points.Select(point => (point.L2, point.Report.Evaluations)),
            progress.All.GroupBy(told => told.L2).Select(fit => (fit.Key, fit.Count())));
        progress.All.Clear();
        LinearProbe.Fit<float>(rows.Weights, rows.Bias, rows.Batch, progress: progress);
        Assert.All(progress.All, told => Assert.Equal(1.0 / 60, told.L2));
    }

    [Fact]
    public void ACanceledPathKeepsTheBestOfTheFitsThatWereBegun()
    {
        ClusteredRows<double> rows = new(60, 10, 4), others = new(60, 10, 4, seed: 2);
        using CancellationTokenSource source = new();
        int starts = 0;
        ProgressRecord progress = new()
        {
            Then = told =>
            {
                starts += told.Iteration == 0 ? 1 : 0;
                if (starts == 3)
                {
                    source.Cancel();
                }
            },
        };

        PathReport path = LinearProbe.FitPath<double>(
            rows.Weights, rows.Bias, rows.Batch, others.Batch, Strengths, null, progress, source.Token);

        Assert.Equal(3, path.Points.Count);
        Assert.Equal(StopReason.Canceled, path.Points[2].Report.Reason);
        Exactly.SameBits(
            path.Points[path.Best].Report.ValidationLoss!.Value, LinearCrossEntropy.Loss(rows.Layer, others.Batch).Loss, "validation loss");
    }
}
