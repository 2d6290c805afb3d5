using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>The gradient filter leaves out what is below its threshold and says how much that may matter.</summary>
public class FilterLaws
{
    /// <summary>In float too where logits are exact there, as those of few features are.</summary>
    [Law]
    public void TheFilterKeepsToItsThresholdAndCertificate(LayerProblem problem, int seed)
    {
        LayerProblem filtered = Filtered(problem, seed);
        FilterComparison<double>.Run(filtered.ToBatch<double>(), before: 0.5);
        if (problem.Features < 100)
        {
            FilterComparison<float>.Run(filtered.ToBatch<float>(), before: 0.5);
        }
    }

    /// <summary>
    /// Where all weights are as large as the largest and of one sign in each column, what was left out of a row, all of one sign, adds up
    /// in every feature: the row that lost most is off by the certificate. No smaller number than FilteredMass would do.
    /// </summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void EqualWeightsReachTheCertificate(LayerProblem problem, int seed)
    {
        int[] signs = Chosen.Direction(problem.Features, seed);
        double threshold = Chosen.Threshold(seed);
        LayerProblem equal = problem.With(options => options with { LabelSmoothing = 0, HiddenFilterThreshold = threshold }) with
        {
            Weights = [.. problem.Weights.Select((_, index) => 0.25 * signs[index % problem.Features])],
            Bias = Chosen.Numbers(problem.Labels.Classes, seed),
        };
        LayerBatch<double> batch = equal.ToBatch<double>();
        CrossEntropyOracle oracle = batch.Oracle();
        LayerOutcome<double> exact = Unfiltered(equal).Evaluate(), filtered = equal.Evaluate();
        FilterCertificate<double> certificate = new(batch, oracle, filtered.Result.FilteredMass);

        double reached = 0, rounding = 0;
        foreach (int row in equal.Labels.CountedRows().Where(row => oracle.Share(row) > 0))
        {
            int first = row * equal.Features;
            double error = Math.Abs(exact.Hidden[first] - filtered.Hidden[first]) / (0.25 * oracle.Share(row));
            double residuals = Enumerable.Range(0, equal.Labels.Classes).Sum(label => Math.Abs(oracle.Residual(row, label)));
            rounding = Math.Max(
                rounding, 2 * (equal.Labels.Classes + 2 + ErrorBounds<double>.Roundoffs) * Near.Roundoff<double>() * residuals);
            reached = Math.Max(reached, error);
        }

        Near.AtMost(reached, filtered.Result.FilteredMass / (1 + 1e-3), rounding, "mass");
    }

    [Law]
    public void FilteredGradientsAreSlopesWithinTheirCertificate(LayerProblem problem, int seed)
    {
        LayerProblem filtered = Filtered(problem, seed);
        LayerOutcome<double> outcome = filtered.Evaluate();
        LayerBatch<double> batch = filtered.ToBatch<double>();
        FilterCertificate<double> certificate = new(batch, batch.Oracle(), outcome.Result.FilteredMass);
        LayerProblem exact = Unfiltered(filtered);
        switch (Chosen.Count(2, seed))
        {
            case 0:
                LayerSlopes.CheckHidden(exact, outcome.Hidden, certificate.Hidden);
                break;
            case 1:
                LayerSlopes.CheckWeights(exact, outcome.Weights, index => certificate.Weight(index % exact.Features));
                break;
            default:
                LayerSlopes.CheckBias(exact, outcome.Bias, _ => certificate.Bias());
                break;
        }
    }

    [Law]
    public void AGradientNotAskedForChangesNoOther(LayerProblem problem, int seed)
    {
        LayerProblem filtered = Filtered(problem, seed);
        LayerOutcome<double> all = filtered.Evaluate();
        LayerOutcome<double> hidden = filtered.Evaluate(filtered.Outcome<double>() with { Weights = [], Bias = [] });
        LayerOutcome<double> weights = filtered.Evaluate(filtered.Outcome<double>() with { Hidden = [], Bias = [] });
        LayerOutcome<double> bias = filtered.Evaluate(filtered.Outcome<double>() with { Hidden = [], Weights = [] });
        Exactly.SameBits(all.Hidden, hidden.Hidden, "dL/dH");
        Exactly.SameBits(all.Weights, weights.Weights, "dL/dW");
        Exactly.SameBits(all.Bias, bias.Bias, "dL/db");
    }

    private static LayerProblem Filtered(LayerProblem problem, int seed) => problem.With(options => options with
    {
        HiddenFilterThreshold = Chosen.Threshold(seed),
        WeightFilterThreshold = Chosen.Threshold(~seed),
    });

    private static LayerProblem Unfiltered(LayerProblem problem) =>
        problem.With(options => options with { HiddenFilterThreshold = 0, WeightFilterThreshold = 0 });
}
