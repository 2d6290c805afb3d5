using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>How a result is computed, and what else is asked for, does not change it.</summary>
public class ReproducibilityLaws
{
    [Law(Arbitrary = [typeof(LargeProblems)])]
    public void ParallelismChangesNoBit(LayerProblem problem)
    {
        CheckParallelism<double>(problem);
        CheckParallelism<float>(problem);
    }

    [Law]
    public void ParallelismChangesNoBitFromLogits(LogitProblem problem)
    {
        LogitOutcome<float> alone = problem.With(options => options with { MaxDegreeOfParallelism = 1 }).Evaluate<float>();
        LogitOutcome<float> together = problem.With(options => options with { MaxDegreeOfParallelism = 4 }).Evaluate<float>();
        Exactly.SameBits(alone.Result, together.Result);
        Exactly.SameBits(alone.Rows, together.Rows);
        Exactly.SameBits(alone.Gradient, together.Gradient, "dL/dlogits");
    }

    /// <summary>
    /// Unless it is too small; then the call is refused as WorkspaceBytes refuses it for the rows that count, and for more.
    /// </summary>
    [Law(Arbitrary = [typeof(LargeProblems)])]
    public void AWorkspaceOfAnySizeChangesRoundingOnly(LayerProblem problem)
    {
        CheckWorkspace<double>(problem);
        CheckWorkspace<float>(problem);
    }

    [Law]
    public void InPlaceEqualsOutOfPlaceBitForBit(LogitProblem problem)
    {
        CheckInPlace<double>(problem);
        CheckInPlace<float>(problem);
    }

    [Law]
    public void TheLossAloneIsTheLossBesideGradients(LayerProblem problem)
    {
        CheckLossAlone<double>(problem);
        CheckLossAlone<float>(problem);
    }

    [Law]
    public void TheLossAloneIsTheLossBesideALogitGradient(LogitProblem problem)
    {
        CheckLossAlone<double>(problem);
        CheckLossAlone<float>(problem);
    }

    [Law]
    public void AGradientNotAskedForChangesNoOtherBit(LayerProblem problem)
    {
        CheckSingleGradients<double>(problem);
        CheckSingleGradients<float>(problem);
    }

    [Law]
    public void RowResultsNotAskedForChangeNothing(LayerProblem problem)
    {
        Exactly.SameBits(problem.Evaluate().Result, problem.Result());
        LogitProblem logits = problem.ToLogits();
        Exactly.SameBits(logits.Evaluate().Result, logits.Result());
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheFiveSpanFormIsTheGeneralOne(LayerProblem problem)
    {
        LayerProblem common = problem with { Bias = [], Labels = (problem.Labels with { RowWeights = [] }).MadeWellPosed() };
        LayerOutcome<double> expected = common.Evaluate();
        LayerOutcome<double> actual = common.Outcome<double>();
        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient<double>(
            common.Hidden, common.Weights, common.Labels.Indices, actual.Hidden, actual.Weights, common.Labels.Options);
        Exactly.SameBits(expected.Result, result);
        Exactly.SameBits(expected.Hidden, actual.Hidden, "dL/dH");
        Exactly.SameBits(expected.Weights, actual.Weights, "dL/dW");
    }

    [Law]
    public void AccumulatingAddsToWhatIsThere(LayerProblem problem, int seed)
    {
        LayerOutcome<double> fresh = problem.With(options => options with { AccumulateGradients = false }).Evaluate();
        double[] weights = Chosen.Numbers(problem.Weights.Length, seed);
        double[] bias = Chosen.Numbers(problem.Labels.Classes, seed);
        LayerProblem accumulating = problem.With(options => options with { AccumulateGradients = true });
        LayerOutcome<double> actual = accumulating.Evaluate(
            accumulating.Outcome<double>() with { Weights = [.. weights], Bias = [.. bias] });
        Exactly.SameBits(fresh.Result, actual.Result);
        Exactly.SameBits(fresh.Hidden, actual.Hidden, "dL/dH");

        // Each of at most N + 1 additions rounds by u times a partial sum: that of the gradient's terms, which its bound covers, and 3.
        RoundingBounds<double> bounds = new(problem);
        double rounding = Near.Roundoff<double>() * 3 * (problem.Labels.Rows + 1);
        Near.Equal(
            Matrix.Sum(weights, fresh.Weights),
            actual.Weights,
            index => (2 * bounds.WeightGradientError(index % problem.Features)) + rounding,
            "dL/dW");
        Near.Equal(Matrix.Sum(bias, fresh.Bias), actual.Bias, _ => (2 * bounds.BiasGradientError()) + rounding, "dL/db");
    }

    private static void CheckParallelism<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (long workspace in (long[])[AnyProblems.TightWorkspace, new CrossEntropyOptions().MaxWorkspaceBytes])
        {
            LayerProblem limited = problem.With(options => options with { MaxWorkspaceBytes = workspace });
            LayerOutcome<T> alone = limited.With(options => options with { MaxDegreeOfParallelism = 1 }).Evaluate<T>();
            foreach (int degree in (int[])[-1, 2, 3, 7])
            {
                Exactly.SameBits(alone, limited.With(options => options with { MaxDegreeOfParallelism = degree }).Evaluate<T>());
            }
        }
    }

    private static void CheckWorkspace<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> roomy = problem.With(options => options with { MaxWorkspaceBytes = 1 << 28 }).Evaluate<T>();
        foreach (long bytes in (long[])[1, 1000, 10_000, 100_000, 300_000, 1_000_000])
        {
            LayerProblem tight = problem.With(options => options with { MaxWorkspaceBytes = bytes });
            long? needed = BytesNeeded<T>(tight, tight.Labels.CountedRows().Length);
            if (needed is null)
            {
                Assert.Throws<ArgumentException>(() => tight.Evaluate<T>());
                Assert.Null(BytesNeeded<T>(tight, tight.Labels.Rows));
            }
            else
            {
                Assert.InRange(needed.Value, 0, bytes);
                Agreement.Within(problem, roomy, tight.Evaluate<T>());
            }
        }
    }

    /// <summary>Null where no call fits into the limit.</summary>
    private static long? BytesNeeded<T>(LayerProblem problem, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            return LinearCrossEntropy.WorkspaceBytes<T>(rows, problem.Features, problem.Labels.Classes, problem.Labels.Options);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static void CheckInPlace<T>(LogitProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitOutcome<T> expected = problem.Evaluate<T>();
        LogitOutcome<T> actual = problem.EvaluateInPlace<T>();
        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows);
        Exactly.SameBits(expected.Gradient, actual.Gradient, "dL/dlogits");
    }

    private static void CheckLossAlone<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> expected = problem.Evaluate<T>();
        LayerOutcome<T> actual = problem.EvaluateLoss<T>();
        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows);
    }

    private static void CheckLossAlone<T>(LogitProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitOutcome<T> expected = problem.Evaluate<T>();
        LogitOutcome<T> actual = problem.EvaluateLoss<T>();
        Exactly.SameBits(expected.Result, actual.Result);
        Exactly.SameBits(expected.Rows, actual.Rows);
    }

    private static void CheckSingleGradients<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> all = problem.Evaluate<T>();
        LayerOutcome<T> hidden = problem.Evaluate(problem.Outcome<T>() with { Weights = [], Bias = [] });
        LayerOutcome<T> weights = problem.Evaluate(problem.Outcome<T>() with { Hidden = [], Bias = [] });
        LayerOutcome<T> bias = problem.Evaluate(problem.Outcome<T>() with { Hidden = [], Weights = [] });
        Exactly.SameBits(all, all with { Result = hidden.Result, Hidden = hidden.Hidden });
        Exactly.SameBits(all, all with { Result = weights.Result, Weights = weights.Weights });
        Exactly.SameBits(all, all with { Result = bias.Result, Bias = bias.Bias });
    }
}
