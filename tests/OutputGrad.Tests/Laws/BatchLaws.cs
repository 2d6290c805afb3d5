using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>Rows are independent: a batch is the sum of its rows, in any order, cut anywhere.</summary>
public class BatchLaws
{
    [Law]
    public void SplittingABatchAddsUp(LayerProblem problem, int seed)
    {
        LayerProblem sum = problem.With(options => options with { Reduction = Reduction.Sum });
        (LayerProblem first, LayerProblem second) = Split(sum, seed);
        LayerOutcome<double> whole = sum.Evaluate();
        Agreement.Within(sum, whole, Joined(first.Evaluate(), second.Evaluate()));
    }

    [Law]
    public void MicroBatchesWithANormalizerEqualOneBatch(LayerProblem problem, int seed)
    {
        double divisor = problem.Labels.Divisor;
        bool oneDivisor = problem.Labels.Options.ZLoss == 0 || divisor == problem.Labels.ZLossDivisor;
        if (divisor <= 0 || !oneDivisor)
        {
            return;
        }

        LayerOutcome<double> whole = problem.Evaluate();
        (LayerProblem first, LayerProblem second) = Split(
            problem.With(options => options with { Normalizer = divisor, AccumulateGradients = true }), seed);
        LayerOutcome<double> before = first.Evaluate();
        LayerOutcome<double> after = second.Evaluate(second.Outcome<double>() with { Weights = before.Weights, Bias = before.Bias });
        LayerOutcome<double> joined = after with
        {
            Result = new CrossEntropyResult { Loss = before.Result.Loss + after.Result.Loss },
            Hidden = [.. before.Hidden, .. after.Hidden],
        };
        Agreement.Within(problem, whole, joined);
    }

    [Law]
    public void PermutingRowsPermutesTheirResultsBitForBit(LayerProblem problem, int seed)
    {
        CheckPermutedRows<double>(problem, seed);
        CheckPermutedRows<float>(problem, seed);
    }

    [Law]
    public void PermutingRowsOfLogitsPermutesTheirResultsBitForBit(LogitProblem problem, int seed)
    {
        CheckPermutedRows<double>(problem, seed);
        CheckPermutedRows<float>(problem, seed);
    }

    [Law]
    public void PermutingClassesPermutesTheRowsOfTheWeightGradient(LayerProblem problem, int seed)
    {
        int[] order = Chosen.Permutation(problem.Labels.Classes, seed);
        LayerOutcome<double> outcome = problem.Evaluate();
        LayerOutcome<double> expected = outcome with
        {
            Weights = Matrix.TakeRows(outcome.Weights, problem.Features, order),
            Bias = Matrix.TakeRows(outcome.Bias, 1, order),
        };
        LayerProblem permuted = problem.TakeClasses(order);
        Agreement.Within(permuted, expected, permuted.Evaluate());
    }

    [Law]
    public void PermutingFeaturesPermutesTheColumnsOfTheGradients(LayerProblem problem, int seed)
    {
        int[] order = Chosen.Permutation(problem.Features, seed);
        LayerOutcome<double> outcome = problem.Evaluate();
        LayerOutcome<double> expected = outcome with
        {
            Hidden = Matrix.TakeColumns(outcome.Hidden, problem.Features, order),
            Weights = Matrix.TakeColumns(outcome.Weights, problem.Features, order),
        };
        LayerProblem permuted = problem.TakeFeatures(order);
        Agreement.Within(permuted, expected, permuted.Evaluate());
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void IgnoredRowsReachNothingEvenIfTheyAreNaN(LayerProblem problem)
    {
        CheckIgnoredRows<double>(problem);
        CheckIgnoredRows<float>(problem);
    }

    private static (LayerProblem First, LayerProblem Second) Split(LayerProblem problem, int seed)
    {
        int[] rows = [.. Enumerable.Range(0, problem.Labels.Rows)];
        int cut = Chosen.Count(rows.Length, seed);
        return (problem.TakeRows(rows[..cut]), problem.TakeRows(rows[cut..]));
    }

    private static LayerOutcome<double> Joined(LayerOutcome<double> first, LayerOutcome<double> second) => first with
    {
        Result = new CrossEntropyResult { Loss = first.Result.Loss + second.Result.Loss },
        Hidden = [.. first.Hidden, .. second.Hidden],
        Weights = Matrix.Sum(first.Weights, second.Weights),
        Bias = Matrix.Sum(first.Bias, second.Bias),
    };

    private static void CheckPermutedRows<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] order = Chosen.Permutation(problem.Labels.Rows, seed);
        LayerOutcome<T> outcome = problem.Evaluate<T>();
        LayerOutcome<T> permuted = problem.TakeRows(order).Evaluate<T>();
        Exactly.SameBits(outcome.Rows.Taken(order), permuted.Rows);
        Exactly.SameBits(Matrix.TakeRows(outcome.Hidden, problem.Features, order), permuted.Hidden, "dL/dH");
        Agreement.WithinInSums(problem, outcome, permuted);
    }

    private static void CheckPermutedRows<T>(LogitProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] order = Chosen.Permutation(problem.Labels.Rows, seed);
        LogitOutcome<T> outcome = problem.Evaluate<T>();
        LogitOutcome<T> permuted = problem.TakeRows(order).Evaluate<T>();
        Exactly.SameBits(outcome.Rows.Taken(order), permuted.Rows);
        Exactly.SameBits(Matrix.TakeRows(outcome.Gradient, problem.Labels.Classes, order), permuted.Gradient, "dL/dlogits");
    }

    private static void CheckIgnoredRows<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] counted = problem.Labels.CountedRows();
        LayerProblem poisoned = problem with
        {
            Hidden = [.. problem.Hidden.Select((number, index) => problem.Labels.Counts(index / problem.Features) ? number : double.NaN)],
        };
        LayerOutcome<T> expected = problem.TakeRows(counted).Evaluate<T>();
        LayerOutcome<T> actual = poisoned.Evaluate<T>();
        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows.Taken(counted));
        Exactly.SameBits(expected.Weights, actual.Weights, "dL/dW");
        Exactly.SameBits(expected.Bias, actual.Bias, "dL/db");
        Exactly.SameBits(expected.Hidden, Matrix.TakeRows(actual.Hidden, problem.Features, counted), "dL/dH");
        foreach (int row in Enumerable.Range(0, problem.Labels.Rows).Except(counted))
        {
            Exactly.SameBits(new T[problem.Features], Matrix.Row(actual.Hidden, problem.Features, row), $"dL/dH of ignored row {row}");
            Assert.Equal((T.Zero, T.Zero, -1, T.Zero), actual.Rows.Of(row));
        }
    }
}
