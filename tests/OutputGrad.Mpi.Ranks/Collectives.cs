namespace OutputGrad.Mpi.Ranks;

/// <summary>The exchanges of a communicator.</summary>
internal static class Collectives
{
    public static void All(MpiCommunicator world)
    {
        Broadcasts(world);
        Gathers(world);
        foreach (int length in (int[])[0, 1, world.Size - 1, 1_000, (4 << 20) + 5])
        {
            Sums(world, length);
        }

        Splits(world);
        Traffic(world);
    }

    private static void Broadcasts(MpiCommunicator world)
    {
        for (int root = 0; root < world.Size; root++)
        {
            double[] values = [world.Rank, -world.Rank, 7];
            world.Broadcast<double>(values, root);
            Verify.SameBits<double>([root, -root, 7], values, "broadcast values");
            world.Broadcast<byte>([], root);
        }

        Verify.Throws<ArgumentOutOfRangeException>(() => world.Broadcast<int>([], world.Size), "root");
        Verify.Throws<ArgumentOutOfRangeException>(() => world.Broadcast<int>([], -1), "root");
    }

    private static void Gathers(MpiCommunicator world)
    {
        long[] mine = [world.Rank, 100 + world.Rank], all = new long[2 * world.Size];
        world.AllGather<long>(mine, all);
        Verify.SameBits<long>([.. Enumerable.Range(0, world.Size).SelectMany(rank => (long[])[rank, 100 + rank])], all, "gathered values");
        Verify.Throws<ArgumentException>(() => world.AllGather<long>(mine, new long[(2 * world.Size) + 1]), "expected");
        Verify.Throws<ArgumentException>(() => world.AllGather<long>(all.AsSpan(0, 2), all), "overlap");
    }

    /// <summary>Numbers whose sum depends on the order: rank 0's and rank 1's first.</summary>
    private static void Sums(MpiCommunicator world, int length)
    {
        float[] values = new float[length], expected = new float[length];
        for (int rank = 0; rank < world.Size; rank++)
        {
            Random random = new(rank);
            for (int i = 0; i < length; i++)
            {
                float value = (float)(random.NextDouble() * Math.Pow(10, i % 9));
                expected[i] += value;
                values[i] = rank == world.Rank ? value : values[i];
            }
        }

        world.Sum<float>(values);
        Verify.SameBits<float>(expected, values, $"sums of {length} numbers");
    }

    private static void Splits(MpiCommunicator world)
    {
        using MpiCommunicator half = world.Split(world.Rank % 2, key: -world.Rank);
        int[] ranks = new int[half.Size];
        half.AllGather<int>([world.Rank], ranks);
        int[] expected = [.. Enumerable.Range(0, world.Size).Where(rank => rank % 2 == world.Rank % 2).Reverse()];
        Verify.SameBits<int>(expected, ranks, "the ranks of a color, by key");
        Verify.Throws<ArgumentOutOfRangeException>(() => world.Split(-1), "color");
        half.Dispose();
        Verify.Throws<ObjectDisposedException>(half.Barrier, nameof(MpiCommunicator));
    }

    /// <summary>
    /// A sum: facts, less than a thousand bytes for each other rank; then their slices to the others, and the own to all.
    /// </summary>
    private static void Traffic(MpiCommunicator world)
    {
        float[] values = new float[1_000 * world.Size];
        MpiTraffic before = world.Traffic;
        world.Sum<float>(values);
        MpiTraffic sum = world.Traffic - before, again = before + sum;
        long slices = 2L * sizeof(float) * 1_000 * (world.Size - 1);
        Verify.That(sum.BytesSent >= slices && sum.BytesSent <= slices + (1_000 * (world.Size - 1)), $"the bytes of a sum: {sum}");
        Verify.That(again == world.Traffic && sum.Exchanges == (world.Size > 1 ? 3 : 0), $"the exchanges of a sum: {sum}");
    }
}
