using System.Numerics;

namespace OutputGrad.Mpi.Ranks;

/// <summary>Rows and classes split over a grid of ranks against the undivided layer and batch.</summary>
internal static class Grids
{
    public static void AllShapes(MpiCommunicator world)
    {
        for (int classParts = 1; classParts <= world.Size; classParts++)
        {
            if (world.Size % classParts != 0)
            {
                Verify.Throws<ArgumentOutOfRangeException>(() => new MpiGrid(world, classParts).Dispose(), $"classParts is {classParts}");
                continue;
            }

            using MpiGrid grid = new(world, classParts);
            Verify.That(
                (grid.ClassRanks.Size, grid.ClassRanks.Rank) == (grid.ClassParts, grid.ClassPart)
                    && (grid.RowRanks.Size, grid.RowRanks.Rank) == (grid.RowParts, grid.RowPart),
                "the ranks of both sides");
            for (int variety = 0; variety < Problem<float>.Varieties; variety++)
            {
                Check(grid, new Problem<float>(variety, 45, 13, 1_300));
                Check(grid, new Problem<double>(variety, 3, 7, 40));
            }

            CheckWithoutRows(grid);
        }
    }

    private static void Check<T>(MpiGrid grid, Problem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (problem.Options.HiddenFilterThreshold > 0)
        {
            problem.Options = problem.Options with { HiddenFilterThreshold = 0, WeightFilterThreshold = 0 };
        }

        // uneven, and more parts than rows leave one without any
        Range rows = UndividedLayer.Cut(problem.Rows, grid.RowPart, grid.RowParts, unit: 2);
        Range classes = UndividedLayer.Cut(problem.Classes, grid.ClassPart, grid.ClassParts, unit: 1);
        Gradients<T> whole = Gradients<T>.OfAll(problem), part = Gradients<T>.OfPart(grid, problem, rows, classes);
        (T[] weights, T[] bias) = whole.Of(classes, problem.Features);
        (int firstRow, int count) = rows.GetOffsetAndLength(problem.Rows);
        Verify.That(
            (whole.Result.Rows, whole.Result.Correct) == (part.Result.Rows, part.Result.Correct)
                && Math.Abs(whole.Result.Loss - part.Result.Loss) <= 1e-6 * Math.Abs(whole.Result.Loss)
                && Math.Abs(whole.Result.ZLoss - part.Result.ZLoss) <= 1e-6 * Math.Abs(whole.Result.ZLoss),
            $"the result of {problem.Name}: {part.Result}, {whole.Result}");
        Verify.Near<T>(weights, part.Weights, problem.RowRoundoffs, problem.RowSum, $"dL/dW of {problem.Name}");
        Verify.Near<T>(bias, part.Bias, problem.RowRoundoffs, problem.RowSum, $"dL/db of {problem.Name}");
        Span<T> hidden = whole.Hidden.AsSpan(firstRow * problem.Features, count * problem.Features);
        Verify.Near<T>(hidden, part.Hidden, problem.ClassRoundoffs, problem.ClassSum, $"dL/dH of {problem.Name}");
        SameInAll<T>(grid.RowRanks, part.Weights, "dL/dW");
        if (!problem.Options.AccumulateGradients)
        {
            CheckStep(grid, problem, rows, classes);
        }
    }

    private static void CheckStep<T>(MpiGrid grid, Problem<T> problem, Range rows, Range classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = [.. problem.Weights], bias = [.. problem.Bias], own = problem.WeightsOf(classes), ownBias = problem.BiasOf(classes);
        (int first, int count) = classes.GetOffsetAndLength(problem.Classes);
        Sgd<T> update = new(.5, weightDecay: .01);
        LinearCrossEntropy.Step(weights, bias, problem.Batch(..), update, options: problem.Options);
        ShardedCrossEntropy.Step(
            grid, own, ownBias, problem.Batch(rows), first, problem.Classes, update, options: problem.Options);

        // half of the gradient, and the parameters themselves, below 4, are rounded once more
        (double roundoffs, double magnitude) = (problem.RowRoundoffs, problem.RowSum + 4);
        Span<T> ownOfAll = weights.AsSpan(first * problem.Features, count * problem.Features);
        Verify.Near<T>(ownOfAll, own, roundoffs, magnitude, $"weights of {problem.Name}");
        Verify.Near<T>(
            bias.Length == 0 ? [] : bias.AsSpan(first, count), ownBias, roundoffs, magnitude, $"biases of {problem.Name}");
        SameInAll<T>(grid.RowRanks, own, "weights after a step");
    }

    /// <summary>The mean of no rows is NaN, and a divisor that is not positive is refused by all.</summary>
    private static void CheckWithoutRows(MpiGrid grid)
    {
        Problem<float> problem = new(0, 8, 3, 40);
        Array.Fill(problem.Targets, problem.Options.IgnoreIndex);
        Range rows = UndividedLayer.Cut(problem.Rows, grid.RowPart, grid.RowParts, unit: 1);
        Range classes = UndividedLayer.Cut(problem.Classes, grid.ClassPart, grid.ClassParts, unit: 1);
        Gradients<float> part = Gradients<float>.OfPart(grid, problem, rows, classes);
        Verify.That(double.IsNaN(part.Result.Loss) && part.Result.Rows == 0, "no rows, no mean");
        Verify.That(part.Weights.All(slope => slope == 0), "no rows, no gradient");
        if (grid.RowParts > 1)
        {
            Array.Fill(problem.Targets, 1);
            problem.Options = problem.Options with { ClassWeights = Enumerable.Repeat(-1.0, 40).ToArray() };
            Verify.Throws<ArgumentException>(() => Gradients<float>.OfPart(grid, problem, rows, classes), "Set Normalizer");
        }
    }

    private static void SameInAll<T>(MpiCommunicator ranks, T[] mine, string what)
        where T : unmanaged
    {
        T[] all = new T[mine.Length * ranks.Size];
        ranks.AllGather<T>(mine, all);
        for (int rank = 0; rank < ranks.Size; rank++)
        {
            Verify.SameBits<T>(mine, all.AsSpan(rank * mine.Length, mine.Length), $"{what} in rank {rank}");
        }
    }
}
