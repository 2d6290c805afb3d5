using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>Rows picked by <see cref="LabeledBatch{T}.RowIndices"/> are the rows themselves.</summary>
public class RowIndexLaws
{
    [Law]
    public void PermutedIndicesPermuteTheResultsAndLeaveTheSums(LayerProblem problem, int seed)
    {
        CheckPermutation<double>(problem, seed);
        CheckPermutation<float>(problem, seed);
    }

    [Law]
    public void AnyIndicesGiveTheBitsOfTheCopiedRows(LayerProblem problem, int seed)
    {
        CheckCopies<double>(problem, seed);
        CheckCopies<float>(problem, seed);
    }

    private static void CheckPermutation<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] order = Chosen.Permutation(problem.Labels.Rows, seed);
        LayerOutcome<T> outcome = problem.Evaluate<T>();
        LayerOutcome<T> permuted = problem.PickRows(order).Evaluate<T>();
        Exactly.SameBits(outcome.Rows.Taken(order), permuted.Rows);
        Exactly.SameBits(Matrix.TakeRows(outcome.Hidden, problem.Features, order), permuted.Hidden, "dL/dH");
        RoundingBounds<T> bounds = new(problem);
        Near.Equal(outcome.Result.Loss, permuted.Result.Loss, 2 * bounds.LossError, "loss");
        Agreement.WithinInSums(problem, outcome, permuted);
    }

    private static void CheckCopies<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (problem.Labels.Rows == 0)
        {
            return;
        }

        int[] rows = Chosen.Some(problem.Labels.Rows, seed);
        LayerProblem copied = problem.TakeRows(rows), picked = problem.PickRows(rows);
        Exactly.SameBits(copied.Evaluate<T>(), picked.Evaluate<T>());
        Exactly.SameBits(copied.EvaluateLoss<T>(), picked.EvaluateLoss<T>());
        if (!problem.Labels.Options.AccumulateGradients)
        {
            Exactly.SameBits(copied.Step<T, Sgd<T>>(new(.1)), picked.Step<T, Sgd<T>>(new(.1)));
        }
    }
}
