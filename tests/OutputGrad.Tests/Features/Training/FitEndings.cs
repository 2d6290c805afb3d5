using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>Progress, cancellation and patience: what is told on the way, and what is left in place when somebody ends a fit.</summary>
public class FitEndings
{
    private static readonly FitOptions Options = new() { L2 = .01, GradientTolerance = 1e-6 };

    [Fact]
    public void ProgressIsToldOncePerEvaluation()
    {
        ClusteredRows<double> rows = new(80, 9, 5);
        ProgressRecord progress = new();

        FitReport report = LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options, progress: progress);

        Assert.Equal(report.Evaluations, progress.All.Count);
        Assert.Equal(0, progress.All[0].Iteration);
        Assert.Equal(Math.Log(5), progress.All[0].Objective, 1e-12);
        Assert.Equal(
            new(report.Iterations, report.Objective, report.LargestSlope, null) { L2 = Options.L2!.Value }, progress.All[^1]);
        Assert.All(progress.All.Zip(progress.All.Skip(1)), pair =>
        {
            Assert.InRange(pair.Second.Iteration - pair.First.Iteration, 0, 1);
            Assert.InRange(pair.Second.Objective, 0, pair.First.Objective);
        });
    }

    [Fact]
    public void ValidationIsToldAfterEveryIteration()
    {
        ClusteredRows<double> rows = new(80, 9, 5), others = new(40, 9, 5, seed: 2);
        ProgressRecord progress = new();

        FitReport report = LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options, others.Batch, progress);

        Assert.Equal(Math.Log(5), progress.All[0].ValidationLoss!.Value, 1e-12);
        Assert.True(progress.All.Select(told => told.ValidationLoss).Distinct().Count() >= report.Iterations);
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, others.Batch).Loss, report.ValidationLoss!.Value, "validation loss");
    }

    /// <summary>A validation row whose logits leave the range of the type once weights have grown.</summary>
    [Fact]
    public void AValidationLossThatIsNoNumberIsNotTheBest()
    {
        ClusteredRows<float> rows = new(80, 9, 5), others = new(40, 9, 5, seed: 2);
        for (int d = 0; d < 9; d++)
        {
            others.Hidden[d] = MathF.CopySign(3e38f, others.Hidden[d]);
        }

        ProgressRecord progress = new();

        FitReport report = LinearProbe.Fit(
            rows.Weights, rows.Bias, rows.Batch, new() { L2 = 1e-6, Patience = 15 }, others.Batch, progress);

        Assert.Contains(progress.All, told => !double.IsFinite(told.ValidationLoss!.Value));
        Assert.Equal(StopReason.Patience, report.Reason);
        Assert.Equal(progress.All.Select(told => told.ValidationLoss!.Value).Where(double.IsFinite).Min(), report.ValidationLoss);
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, others.Batch).Loss, report.ValidationLoss!.Value, "validation loss");
    }

    /// <summary>At every evaluation that there is, in a line search or at its end.</summary>
    [Fact]
    public void ACanceledFitLeavesTheBestSoFar()
    {
        // a first step that is much too long, so that line searches have many evaluations
        ClusteredRows<double> probe = new(80, 9, 5, distance: .1);
        int evaluations = Fit(probe, new(), default).Evaluations;
        Assert.InRange(evaluations, 10, 200);
        for (int last = 1; last < evaluations; last++)
        {
            ClusteredRows<double> rows = new(80, 9, 5, distance: .1);
            using CancellationTokenSource source = new();
            int told = 0;
            ProgressRecord progress = new()
            {
                Then = _ =>
                {
                    if (++told == last)
                    {
                        source.Cancel();
                    }
                },
            };

            FitReport report = Fit(rows, progress, source.Token);

            Assert.Equal(StopReason.Canceled, report.Reason);
            Assert.InRange(report.Evaluations, last, last + 1);
            Assert.Equal(progress.All.Min(one => one.Objective), report.Objective);
            Assert.Equal(ProbeOracle.Objective(rows, .01), report.Objective, 1e-12);
        }
    }

    [Fact]
    public void AFitThatIsCanceledBeforeItBeginsLeavesItsStart()
    {
        ClusteredRows<double> rows = new(20, 4, 3);

        FitReport report = Fit(rows, new(), new CancellationToken(canceled: true));

        Assert.Equal((StopReason.Canceled, 0, 1), (report.Reason, report.Iterations, report.Evaluations));
        Assert.All(rows.Weights, weight => Assert.Equal(0, weight));
    }

    /// <summary>Few rows of many features, which a fit without a penalty learns by heart.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void PatienceKeepsTheBestOnValidation(int patience)
    {
        ClusteredRows<double> rows = new(30, 40, 3, distance: 3), others = new(200, 40, 3, distance: 3, seed: 1);
        ProgressRecord progress = new();
        FitOptions options = new() { L2 = 0, GradientTolerance = 1e-9, Patience = patience };

        FitReport report = LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, options, others.Part(30, 170), progress);

        Assert.Equal(StopReason.Patience, report.Reason);
        Assert.Equal(progress.All.Min(told => told.ValidationLoss), report.ValidationLoss);
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, others.Part(30, 170)).Loss, report.ValidationLoss!.Value, "validation loss");
        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, rows.Batch).Loss, report.Loss, "loss");
        int best = progress.All.First(told => told.ValidationLoss == report.ValidationLoss).Iteration - 1;
        Assert.InRange(report.Iterations - best, patience, patience + 1);
    }

    [Fact]
    public void OneValidationRowIsEnough()
    {
        ClusteredRows<double> rows = new(30, 4, 3), others = new(3, 4, 3, seed: 2);

        FitReport report = LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, new() { Patience = 1 }, others.Part(0, 1));

        Exactly.SameBits(LinearCrossEntropy.Loss(rows.Layer, others.Part(0, 1)).Loss, report.ValidationLoss!.Value, "validation loss");
    }

    /// <summary>What a handler throws reaches the caller, and no parameter has changed.</summary>
    [Fact]
    public void AnExceptionOfTheHandlerEndsTheFit()
    {
        ClusteredRows<double> rows = new(20, 4, 3);
        int told = 0;
        ProgressRecord progress = new() { Then = _ => Throw(++told) };

        Assert.Equal("three", Assert.Throws<InvalidOperationException>(() => Fit(rows, progress, default)).Message);
        Assert.All(rows.Weights, weight => Assert.Equal(0, weight));
    }

    private static void Throw(int told) => _ = told < 3 ? told : throw new InvalidOperationException("three");

    private static FitReport Fit(ClusteredRows<double> rows, ProgressRecord progress, CancellationToken token) =>
        LinearProbe.Fit<double>(rows.Weights, rows.Bias, rows.Batch, Options, default, progress, token);
}
