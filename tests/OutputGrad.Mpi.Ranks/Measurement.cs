using System.Diagnostics;

namespace OutputGrad.Mpi.Ranks;

/// <summary>
/// How long the ranks of a large vocabulary take for loss and gradients, one thread each, and what share of it is communication: not a
/// test, but to be looked at.
/// </summary>
internal static class Measurement
{
    private const int Rows = 512, Features = 768, Classes = 50_257, Repeats = 7;

    public static void LargeVocabulary(MpiCommunicator world)
    {
        Range own = UndividedLayer.Cut(Classes, world.Rank, world.Size, unit: 512);
        (int first, int count) = own.GetOffsetAndLength(Classes);
        float[] hidden = Numbers(Rows * Features, seed: 1), weights = Numbers(count * Features, seed: 2 + world.Rank);
        int[] targets = [.. Enumerable.Range(0, Rows).Select(row => 97 * row)];
        OutputGradients<float> gradients = new()
        {
            Hidden = new float[Rows * Features],
            Weights = new float[count * Features],
            Bias = new float[count],
        };
        TimeSpan[] times = new TimeSpan[Repeats];
        MpiTraffic[] traffic = new MpiTraffic[Repeats];
        for (int i = -1; i < Repeats; i++)
        {
            world.Barrier();
            MpiTraffic before = world.Traffic;
            long start = Stopwatch.GetTimestamp();
            ShardedCrossEntropy.LossAndGradient(
                world,
                new OutputLayer<float>(weights, new float[count]),
                new LabeledBatch<float>(hidden, targets),
                first,
                Classes,
                gradients,
                new() { MaxDegreeOfParallelism = 1 });
            if (i >= 0)
            {
                (times[i], traffic[i]) = (Stopwatch.GetElapsedTime(start), world.Traffic - before);
            }
        }

        int fastest = Array.IndexOf(times, times.Min());
        MpiTraffic its = traffic[fastest];
        Console.WriteLine(
            $"rank {world.Rank}: {count} classes, {times[fastest].TotalMilliseconds:F0} ms, of which {its.Time.TotalMilliseconds:F0} "
            + $"in {its.Exchanges} exchanges of {its.BytesSent} bytes to others");
    }

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
