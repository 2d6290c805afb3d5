using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>A row weight says how often a row counts.</summary>
public class RowWeightLaws
{
    [Law]
    public void ARowOfWeightZeroIsLeftOut(LayerProblem problem, int seed)
    {
        int[] kept = Chosen.Permutation(problem.Labels.Rows, seed)[..Chosen.Count(problem.Labels.Rows, seed)];
        Array.Sort(kept);
        LayerProblem weighted = WithWeights(problem, row => kept.Contains(row) ? problem.Labels.RowWeight(row) : 0);
        LayerProblem without = problem with { Labels = problem.Labels with { Options = weighted.Labels.Options } };
        LayerOutcome<double> actual = weighted.Evaluate();
        LayerOutcome<double> expected = without.TakeRows(kept).Evaluate();
        Agreement.Within(
            without.TakeRows(kept),
            expected,
            actual with { Hidden = Matrix.TakeRows(actual.Hidden, problem.Features, kept) });
        int[] left = [.. Enumerable.Range(0, problem.Labels.Rows).Except(kept)];
        Assert.All(Matrix.TakeRows(actual.Hidden, problem.Features, left), slope => Assert.Equal(0, slope));
    }

    [Law]
    public void ARowOfWeightTwoCountsTwice(LayerProblem problem, int seed)
    {
        if (problem.Labels.Rows == 0)
        {
            return;
        }

        int doubled = Chosen.Count(problem.Labels.Rows - 1, seed);
        LayerProblem weighted = WithWeights(problem, row => (row == doubled ? 2 : 1) * problem.Labels.RowWeight(row));
        LayerProblem once = problem with { Labels = problem.Labels with { Options = weighted.Labels.Options } };
        LayerProblem twice = once.TakeRows([.. Enumerable.Range(0, problem.Labels.Rows), doubled]);
        LayerOutcome<double> expected = twice.Evaluate();
        LayerOutcome<double> actual = weighted.Evaluate();
        int last = problem.Labels.Rows * problem.Features;
        double[] hidden = [.. actual.Hidden.Select((slope, index) => index / problem.Features == doubled ? slope / 2 : slope)];
        Agreement.Within(
            twice,
            expected,
            actual with { Hidden = [.. hidden, .. Matrix.Row(hidden, problem.Features, doubled)] });
        Exactly.SameBits(Matrix.Row(expected.Hidden, problem.Features, doubled), expected.Hidden.AsSpan(last), "dL/dH of the twins");
    }

    [Law]
    public void ASumWithRowWeightsIsTheVectorJacobianProduct(LayerProblem problem)
    {
        LayerProblem weighted = problem.With(options => options with { Reduction = Reduction.Sum, Normalizer = null });
        LayerProblem unweighted = weighted with { Labels = weighted.Labels with { RowWeights = [] } };
        LayerOutcome<double> product = weighted.Outcome<double>() with
        {
            Hidden = [],
            Weights = new double[weighted.Weights.Length],
            Bias = new double[weighted.Labels.Classes],
        };
        double loss = 0;
        for (int row = 0; row < weighted.Labels.Rows; row++)
        {
            double upstream = weighted.Labels.RowWeight(row);
            LayerOutcome<double> own = unweighted.TakeRows(row).Evaluate();
            loss += upstream * own.Result.Loss;
            product = product with
            {
                Hidden = [.. product.Hidden, .. Matrix.Scaled(own.Hidden, upstream)],
                Weights = Matrix.Sum(product.Weights, Matrix.Scaled(own.Weights, upstream)),
                Bias = Matrix.Sum(product.Bias, Matrix.Scaled(own.Bias, upstream)),
            };
        }

        Agreement.Within(weighted, product with { Result = new CrossEntropyResult { Loss = loss } }, weighted.Evaluate());
    }

    private static LayerProblem WithWeights(LayerProblem problem, Func<int, double> weight) => problem with
    {
        Labels = (problem.Labels with { RowWeights = [.. Enumerable.Range(0, problem.Labels.Rows).Select(weight)] }).MadeWellPosed(),
    };
}
