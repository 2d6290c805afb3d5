namespace OutputGrad.Mpi.Exchange;

/// <summary>What the ranks must agree upon before a communicator's own exchanges.</summary>
internal readonly record struct CollectiveFacts(Collective Collective, int ElementBytes, int Length, int Root)
{
    /// <exception cref="ArgumentException">They do not.</exception>
    public static void Agree(MpiCommunicator ranks, CollectiveFacts mine)
    {
        CollectiveFacts[] all = Agreement<CollectiveFacts>.Share(ranks, mine);
        for (int rank = 1; rank < all.Length; rank++)
        {
            if (all[rank] != all[0])
            {
                throw new ArgumentException($"The ranks disagree: rank {rank} calls {all[rank]}, rank 0 {all[0]}.");
            }
        }
    }

    public override string ToString() => Collective == Collective.Broadcast
        ? $"{Collective} from rank {Root} with {Length} elements of {ElementBytes} bytes"
        : $"{Collective} with {Length} elements of {ElementBytes} bytes";
}

/// <summary>Which exchange.</summary>
internal enum Collective
{
    Broadcast,
    AllGather,
    Sum,
}
