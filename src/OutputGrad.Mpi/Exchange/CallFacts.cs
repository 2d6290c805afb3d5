namespace OutputGrad.Mpi.Exchange;

/// <summary>What the ranks of a layer's call must agree upon, each as it was called.</summary>
internal readonly record struct CallFacts
{
    public required ShardedOperation Operation { get; init; }

    public required int ElementBytes { get; init; }

    public required int Rows { get; init; }

    /// <summary>0 where there are no rows, which alone would tell.</summary>
    public required int Features { get; init; }

    public required int Classes { get; init; }

    public required int FirstClass { get; init; }

    public required int WeightCount { get; init; }

    public required int BiasCount { get; init; }

    /// <summary>Which gradients are exchanged: others would wait for those of a rank that has none.</summary>
    public required WantedGradients Wanted { get; init; }

    /// <summary>A <see cref="Fingerprint"/> of the batch.</summary>
    public required ulong Batch { get; init; }

    /// <summary>One of the options that change results.</summary>
    public required ulong Options { get; init; }

    /// <summary>What the mean over this rank's rows divides by, and how many of them count.</summary>
    public required MeanDivisors Divisors { get; init; }

    private int OwnClasses => Features == 0 ? BiasCount : WeightCount / Features;

    /// <summary>Throws in all ranks where they disagree.</summary>
    /// <param name="all">All ranks' facts, in the order of a grid: ranks that share rows beside each other.</param>
    /// <param name="classParts">How many of them share their rows.</param>
    /// <exception cref="ArgumentException">They disagree; the message says which ranks, and on what.</exception>
    public static void Check(ReadOnlySpan<CallFacts> all, int classParts)
    {
        for (int rank = 0; rank < all.Length; rank++)
        {
            int above = rank % classParts, left = rank - above;
            Same(all, rank, 0, facts => facts.Operation, operation => $"calls {operation}");
            Same(all, rank, 0, facts => facts.ElementBytes, bytes => $"has numbers of {bytes} bytes");
            Same(all, rank, 0, facts => facts.Classes, classes => $"counts {classes} classes of all shards");
            Same(all, rank, 0, facts => facts.Options, options => $"has options of fingerprint {options:x16}");
            Same(all, rank, left, facts => facts.Rows, rows => $"has {rows} rows");
            Same(all, rank, left, facts => facts.Batch, batch => $"has a batch of fingerprint {batch:x16}");
            Same(all, rank, left, facts => facts.Wanted & WantedGradients.Hidden, wanted => $"asks for dL/dH: {wanted}");
            Same(all, rank, above, facts => facts.Wanted & ~WantedGradients.Hidden, wanted => $"asks for gradients: {wanted}");
            Same(all, rank, above, facts => facts.FirstClass, first => $"has a shard that begins at class {first}");
            Same(all, rank, above, facts => facts.WeightCount, count => $"has {count} weights");
            Same(all, rank, above, facts => facts.BiasCount, count => $"has {count} biases");
            if (all[rank].Rows > 0 && all[0].Rows > 0)
            {
                Same(all, rank, 0, facts => facts.Features, features => $"has {features} features");
            }
        }

        for (int left = 0; left < all.Length; left += classParts)
        {
            CheckPlaces(all.Slice(left, classParts), left);
        }
    }

    private static void CheckPlaces(ReadOnlySpan<CallFacts> shards, int firstRank)
    {
        if (shards[0].Rows == 0)
        {
            return;
        }

        int next = 0;
        for (int i = 0; i < shards.Length; i++)
        {
            if (shards[i].FirstClass != next)
            {
                throw new ArgumentException(
                    $"Rank {firstRank + i}'s shard begins at class {shards[i].FirstClass}; those of the ranks before it end at {next}.");
            }

            next += shards[i].OwnClasses;
        }

        if (next != shards[0].Classes)
        {
            throw new ArgumentException($"The shards of all ranks have {next} classes together; {shards[0].Classes} are expected.");
        }
    }

    private static void Same<TFact>(
        ReadOnlySpan<CallFacts> all, int rank, int other, Func<CallFacts, TFact> fact, Func<TFact, string> says)
    {
        if (!EqualityComparer<TFact>.Default.Equals(fact(all[rank]), fact(all[other])))
        {
            throw new ArgumentException(
                $"The ranks disagree: rank {rank} {says(fact(all[rank]))}, and rank {other} {says(fact(all[other]))}.");
        }
    }
}

/// <summary>Which call.</summary>
internal enum ShardedOperation
{
    LossAndGradient,
    Step,
}

/// <summary>Which gradients a call asks for.</summary>
[Flags]
internal enum WantedGradients
{
    None = 0,
    Hidden = 1,
    Weights = 2,
    Bias = 4,
}
