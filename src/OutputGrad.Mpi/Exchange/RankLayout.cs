namespace OutputGrad.Mpi.Exchange;

/// <summary>Which ranks share rows and which share classes.</summary>
/// <param name="All">All of them, those that share rows beside each other.</param>
/// <param name="Classes">Those that share this rank's rows: the classes are split over them.</param>
/// <param name="Rows">Those that share this rank's classes; null where it alone has them.</param>
internal readonly record struct RankLayout(MpiCommunicator All, MpiCommunicator Classes, MpiCommunicator? Rows)
{
    public int ClassParts => Classes.Size;

    public int RowParts => Rows?.Size ?? 1;

    /// <summary>The result of the whole layer and batch, from those of all ranks.</summary>
    public CrossEntropyResult ResultOf(ReadOnlySpan<CrossEntropyResult> all)
    {
        CrossEntropyResult whole = OfRowPart(all[..ClassParts]);
        for (int left = ClassParts; left < all.Length; left += ClassParts)
        {
            CrossEntropyResult part = OfRowPart(all.Slice(left, ClassParts));
            whole = new()
            {
                Loss = whole.Loss + part.Loss,
                ZLoss = whole.ZLoss + part.ZLoss,
                Rows = checked(whole.Rows + part.Rows),
                Correct = whole.Correct + part.Correct,
                FilteredMass = Math.Max(whole.FilteredMass, part.FilteredMass),
            };
        }

        return whole;
    }

    /// <summary>All ranks that share rows know the whole loss; each knows what its own filter left out of a row.</summary>
    private static CrossEntropyResult OfRowPart(ReadOnlySpan<CrossEntropyResult> shards)
    {
        double mass = 0;
        foreach (CrossEntropyResult shard in shards)
        {
            mass += shard.FilteredMass;
        }

        return shards[0] with { FilteredMass = mass };
    }
}
