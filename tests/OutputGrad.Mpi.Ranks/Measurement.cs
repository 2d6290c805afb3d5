using System.Diagnostics;

namespace OutputGrad.Mpi.Ranks;

/// <summary>
/// How long the ranks of a large vocabulary take for loss and gradients, one thread each, what share of it is communication, and whether
/// they send what docs/scale.md says: not a test of time, but to be looked at.
/// </summary>
internal static class Measurement
{
    private const int Rows = 512, Features = 768, Classes = 50_257, Repeats = 5;

    // Facts that ranks compare in a call: those of sizes and options, and of the results, with room for an error's text.
    private const int MostFacts = 1_000;

    public static void LargeVocabulary(MpiCommunicator world)
    {
        for (int classParts = world.Size; classParts >= 1; classParts--)
        {
            if (world.Size % classParts == 0)
            {
                using MpiGrid grid = new(world, classParts);
                Measure(grid);
            }
        }
    }

    private static void Measure(MpiGrid grid)
    {
        (int first, int count) = UndividedLayer.Cut(Classes, grid.ClassPart, grid.ClassParts, unit: 512).GetOffsetAndLength(Classes);
        (_, int rows) = UndividedLayer.Cut(Rows, grid.RowPart, grid.RowParts, unit: 1).GetOffsetAndLength(Rows);
        float[] hidden = Numbers(rows * Features, seed: 1 + grid.RowPart), weights = Numbers(count * Features, seed: 100 + grid.ClassPart);
        int[] targets = [.. Enumerable.Range(0, rows).Select(row => 97 * row)];
        OutputGradients<float> gradients = new()
        {
            Hidden = new float[rows * Features],
            Weights = new float[count * Features],
            Bias = new float[count],
        };
        TimeSpan[] times = new TimeSpan[Repeats];
        MpiTraffic[] traffic = new MpiTraffic[Repeats];
        for (int i = -1; i < Repeats; i++)
        {
            grid.Ranks.Barrier();
            MpiTraffic before = grid.Traffic;
            long start = Stopwatch.GetTimestamp();
            ShardedCrossEntropy.LossAndGradient(
                grid,
                new OutputLayer<float>(weights, new float[count]),
                new LabeledBatch<float>(hidden, targets),
                first,
                Classes,
                gradients,
                new() { MaxDegreeOfParallelism = 1 });
            if (i >= 0)
            {
                (times[i], traffic[i]) = (Stopwatch.GetElapsedTime(start), grid.Traffic - before);
            }
        }

        int fastest = Array.IndexOf(times, times.Min());
        MpiTraffic its = traffic[fastest];
        double formula = Formula(grid, rows, count);
        double slack = ((grid.Ranks.Size - 1) * MostFacts) + (2.0 * grid.Ranks.Size * (60 + (4 * Features)));
        Verify.That(Math.Abs(its.BytesSent - formula) <= slack, $"{formula:F0} bytes to others, not {its.BytesSent}");
        Console.WriteLine(
            $"{grid.ClassParts} x {grid.RowParts} parts of classes and rows, rank {grid.Ranks.Rank}: "
            + $"{times[fastest].TotalMilliseconds:F0} ms, of which {its.Time.TotalMilliseconds:F0} in {its.Exchanges} exchanges of "
            + $"{its.BytesSent} bytes to others; formula {formula:F0} and what ranks compare");
    }

    /// <summary>
    /// The bytes to others: twice, to add up and to give back, what a rank has of states and dL/dH, and of dL/dW and dL/db, but for its
    /// own slice.
    /// </summary>
    private static double Formula(MpiGrid grid, int rows, int classes) =>
        (2.0 * (grid.ClassParts - 1) / grid.ClassParts * rows * (SoftmaxState<float>.WireBytes + (sizeof(float) * Features)))
        + (2.0 * (grid.RowParts - 1) / grid.RowParts * classes * sizeof(float) * (Features + 1));

    private static float[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (float)(random.NextDouble() - .5) / 8;
        }

        return numbers;
    }
}
